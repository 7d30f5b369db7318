import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { CALLS, type CallName } from './calls.ts'
import type { UpgradeArguments } from './socket-proxy.ts'
import { instead, systemOf } from './systems.ts'

/**
 * What happens to one call of the bot. `lost`, `late`, `hangs`, `server-error-after` and `kill-after` are done, then badly answered;
 * `slow` is done late, `ignored` never and without an answer.
 */
export const CALL_FAULTS = [
  'lost',
  'late',
  'slow',
  'hangs',
  'ignored',
  'refused',
  'limited',
  'server-error',
  'server-error-after',
  'kill-before',
  'kill-after',
  'stop-after',
] as const
export type CallFault = (typeof CALL_FAULTS)[number]

/** A fault that waits for a call. */
export interface ArmedFault {
  fault: CallFault
  call: CallName
  /** How many such calls pass before it. */
  skip: number
  /** How many such calls it meets. */
  times: number
}

/** A call that a fault met. */
export interface MetCall {
  /** Milliseconds since 1970. */
  at: number
  fault: CallFault
  /** Such as `POST /slack/api/chat.postMessage`. */
  call: string
}

export interface FaultProxy {
  /** Where a bot finds all systems. */
  urlOf(bot: number): string
  /** @returns whether it has met a call */
  arm(fault: ArmedFault): () => boolean
  /** From now on every call meets this, until it is healed. */
  meetAll(fault: CallFault): void
  /** Takes all faults back. What hangs goes on hanging: the bot must give it up. */
  heal(): void
  met(): readonly MetCall[]
  /** Handles upgrades to the websocket of each bot. */
  onUpgrade(listener: (bot: number, ...given: UpgradeArguments) => void): void
  close(): Promise<void>
}

interface Call {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
}

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
}

/** Longer than Slack waits for an acknowledgement. */
const LATE_MS = 3_500

/**
 * A proxy between bots and all systems of a sandbox, with an address for each bot.
 *
 * @param target the sandbox's address; in answers it is replaced by the proxy's, so that later calls come here too
 * @param end ends a bot with a signal
 */
export async function createFaultProxy(
  target: string,
  bots: number,
  end: (signal: NodeJS.Signals, bot: number) => void,
): Promise<FaultProxy> {
  let armed: (ArmedFault & { hasMet: boolean })[] = []
  let ofAll: CallFault | null = null
  const met: MetCall[] = []

  const take = ({ method, path }: Call): CallFault | null => {
    if (ofAll) return ofAll
    const call = `${method} ${path.split('?')[0]}`
    const fault = armed.find((each) => CALLS[each.call].test(call))
    if (!fault) return null
    if (fault.skip > 0) {
      fault.skip -= 1
      return null
    }
    fault.hasMet = true
    fault.times -= 1
    if (fault.times <= 0) armed = armed.filter((each) => each !== fault)
    met.push({ at: Date.now(), fault: fault.fault, call })
    return fault.fault
  }

  const serve = (bot: number) =>
    createServer(async (incoming, outgoing) => {
      outgoing.on('error', () => {})
      try {
        const call = await readCall(incoming)
        await meet(bot, take(call), call, outgoing)
      } catch {
        outgoing.destroy()
      }
    })

  async function meet(
    bot: number,
    fault: CallFault | null,
    call: Call,
    outgoing: ServerResponse,
  ): Promise<void> {
    if (fault === 'ignored') return
    if (fault === 'refused') return void outgoing.destroy()
    if (fault === 'limited' || fault === 'server-error')
      return send(outgoing, instead(systemOf(call.path), fault))
    if (fault === 'kill-before') {
      end('SIGKILL', bot)
      return void outgoing.destroy()
    }
    if (fault === 'slow') await sleep(LATE_MS)
    const answer = localize(await pass(target, call), target, urlOf(bot))
    if (fault === 'lost') return void outgoing.destroy()
    if (fault === 'hangs') return
    if (fault === 'kill-after') {
      end('SIGKILL', bot)
      return void outgoing.destroy()
    }
    if (fault === 'server-error-after') return send(outgoing, instead(systemOf(call.path), 'server-error'))
    if (fault === 'late') await sleep(LATE_MS)
    if (fault === 'stop-after') end('SIGTERM', bot)
    send(outgoing, answer)
  }

  const servers = Array.from({ length: bots }, (_, bot) => serve(bot))
  const urls: string[] = []
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  }
  const urlOf = (bot: number) => urls[bot] ?? ''
  return {
    urlOf,
    arm(given) {
      const fault = { ...given, hasMet: false }
      armed.push(fault)
      return () => fault.hasMet
    },
    meetAll: (fault) => {
      ofAll = fault
    },
    heal() {
      armed = []
      ofAll = null
    },
    met: () => met,
    onUpgrade(listener) {
      for (const [bot, server] of servers.entries())
        server.on('upgrade', (...given) => listener(bot, ...given))
    },
    async close() {
      for (const server of servers) {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()))
        server.closeAllConnections()
        await closed
      }
    },
  }
}

async function readCall(incoming: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method = 'GET', url: path = '/', headers } = incoming
  return { method, path, headers, body: Buffer.concat(chunks) }
}

function pass(target: string, { method, path, headers, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onward = forward(`${target}${path}`, { method, headers }, async (answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: Buffer.concat(chunks) })
    })
    onward.on('error', reject)
    onward.end(body)
  })
}

/** The answer with the proxy's address where it names the sandbox's. */
function localize(answer: Answer, target: string, url: string): Answer {
  const replaced = (text: string) =>
    text.replaceAll(target, url).replaceAll(target.replace('http', 'ws'), url.replace('http', 'ws'))
  const isText = /json|text/.test(String(answer.headers['content-type']))
  const headers = { ...answer.headers }
  for (const name of ['link', 'location'] as const) {
    const value = headers[name]
    if (typeof value === 'string') headers[name] = replaced(value)
  }
  return { ...answer, headers, body: isText ? Buffer.from(replaced(answer.body.toString())) : answer.body }
}

function send(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _, 'content-length': __, connection: ___, ...kept } = headers
  outgoing.writeHead(status, kept as Record<string, string>).end(body)
}
