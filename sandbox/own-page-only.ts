import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { SandboxProblem } from './port.ts'

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1']

/** The host in `SANDBOX_HOST` by which other containers reach the sandbox; null where it is not set. @throws SandboxProblem */
export function readSandboxHost(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  if (isIP(text) > 0 || /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text))
    return text.toLowerCase()
  throw new SandboxProblem(
    `SANDBOX_HOST is "${text}". Set it to a host name or an IP address, without a port.`,
  )
}

interface Headers {
  host: string | undefined
  origin: string | undefined
}

/**
 * Why a request is refused; null when it is not. Another site that a browser has open could otherwise act as any person of the
 * sandbox, by its own name for this address, or by a request that it sends here. Programs send no Origin.
 *
 * @param allowed the host in `SANDBOX_HOST`
 */
export function refuses({ host, origin }: Headers, allowed: string | null): string | null {
  const name = hostnameOf(host ? `http://${host}` : '')
  if (name === null || !(LOOPBACK.includes(name) || name === allowed))
    return 'This host name is not the sandbox’s own. Open the address that it printed, or set SANDBOX_HOST.'
  if (origin !== undefined && origin !== `http://${host}`) return 'The sandbox answers its own page only.'
  return null
}

function hostnameOf(url: string): string | null {
  try {
    return new URL(url).hostname.replace(/^\[|\]$/g, '').toLowerCase()
  } catch {
    return null
  }
}

/** What the bot calls, with credentials that no other site knows: by any name, such as that of a proxy. */
const APIS = ['/slack/api/', '/github/', '/aws', '/pagerduty/', '/vault/', '/jira/', '/prometheus/']

/** Answers 403 to other sites. */
export const ownPageOnly =
  (allowed: string | null): MiddlewareHandler =>
  async (c, next) => {
    const origin = c.req.header('origin')
    if (origin === undefined && APIS.some((path) => c.req.path.startsWith(path))) return next()
    const problem = refuses({ host: c.req.header('host'), origin }, allowed)
    return problem ? c.text(problem, 403) : next()
  }

/** The same for websockets. */
export const mayUpgrade = ({ headers }: IncomingMessage, allowed: string | null): boolean =>
  refuses({ host: headers.host, origin: headers.origin }, allowed) === null
