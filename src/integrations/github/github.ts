import { RequestError } from '@octokit/request-error'
import { Octokit } from '@octokit/rest'
import { NotReadable } from '#domain/tokens/secret'
import { censor } from '#redaction/censor'
import { githubLimits } from './github-limits.ts'
import { describeProblem, didNothing } from './github-problem.ts'

export { statusOf } from './github-problem.ts'

export interface GithubTarget {
  owner: string
  repo: string
  branch: string
}

export type GithubClient = Octokit

const TIMEOUT_MS = 10_000

/**
 * A GitHub client that never waits: it has no retries, each request has a deadline, and while a rate limit lasts no call is
 * sent.
 *
 * @param baseUrl of GitHub Enterprise Server or a sandbox; undefined for GitHub
 */
export function createGithubClient(
  token: string,
  baseUrl: string | undefined,
  warn: (message: string) => void,
): GithubClient {
  const client = new Octokit({
    auth: token,
    ...(baseUrl ? { baseUrl: baseUrl.replace(/\/$/, '') } : {}),
    userAgent: 'rotation-bot',
    log: { debug() {}, info() {}, warn, error: warn },
  })
  const limits = githubLimits()
  client.hook.wrap('request', async (request, options) => {
    limits.assertNone(options.url)
    const isRead = ['GET', 'HEAD'].includes(options.method)
    // `fetch` would repeat a redirected POST as a GET, which looks like success.
    const redirect = isRead ? {} : { redirect: 'manual' as const }
    options.request = { ...options.request, ...redirect, signal: AbortSignal.timeout(TIMEOUT_MS) }
    try {
      const response = await request(options)
      const status: number = response.status
      if (status >= 300)
        throw new RequestError('Moved', status, { request: client.request.endpoint(options), response })
      limits.passed()
      censorShown(response.data)
      return response
    } catch (error) {
      throw limits.note(options.url, error)
    }
  })
  return client
}

/** What is only shown to people, wherever it is in an answer: the bot finds nothing by these. */
const SHOWN: ReadonlySet<string> = new Set(['html_url', 'login', 'display_title'])

function censorShown(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null || ArrayBuffer.isView(answer)) return
  for (const [key, value] of Object.entries(answer)) {
    if (typeof value === 'string' && SHOWN.has(key)) Object.assign(answer, { [key]: censor(value) })
    else censorShown(value)
  }
}

/** Calls GitHub. @throws NotReadable with a sentence that begins with `what` */
export async function fromGithub<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof NotReadable) throw error
    // Undefined leaves it to the cause.
    const undone = didNothing(error) || undefined
    throw new NotReadable(`${what}: ${describeProblem(error)}`, { cause: error, ...(undone && { undone }) })
  }
}
