import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import { NotReadable } from '#domain/tokens/secret'
import { errorText } from '#redaction/error-text'

export interface GithubTarget {
  owner: string
  repo: string
  branch: string
}

export type GithubClient = InstanceType<typeof Client>

const Client = Octokit.plugin(retry, throttling)

type ClientOptions = NonNullable<ConstructorParameters<typeof Client>[0]>

/** Overrides settings of the client's retries and of its pauses between requests. */
export interface GithubPace {
  retry?: ClientOptions['retry']
  throttle?: Omit<NonNullable<ClientOptions['throttle']>, 'onRateLimit' | 'onSecondaryRateLimit' | 'enabled'>
}

/**
 * For requests with side effects: they may have succeeded without an answer, and only the outbox checks that
 * first.
 */
export const NO_RETRY = { request: { retries: 0 } } as const

// The client retries reads once; longer outages are left to the outbox, which survives a restart.
const RETRIES = 1

/**
 * A GitHub client that waits for rate limits and retries server errors once.
 *
 * @param baseUrl of GitHub Enterprise Server or a sandbox; undefined for GitHub
 * @param pace shortens the waits between requests where no real GitHub answers
 */
export function createGithubClient(
  token: string,
  baseUrl: string | undefined,
  warn: (message: string) => void,
  pace: GithubPace = {},
): GithubClient {
  const waitOnce = (
    seconds: number,
    request: { method: string; url: string },
    _: unknown,
    retries: number,
  ) => {
    warn(`GitHub limits the rate of ${request.method} ${request.url}: waiting ${seconds} s`)
    return retries < RETRIES
  }
  return new Client({
    auth: token,
    ...(baseUrl ? { baseUrl: baseUrl.replace(/\/$/, '') } : {}),
    userAgent: 'rotation-bot',
    log: { debug() {}, info() {}, warn, error: warn },
    retry: { retries: RETRIES, doNotRetry: [400, 401, 403, 404, 409, 410, 422, 451], ...pace.retry },
    throttle: { onRateLimit: waitOnce, onSecondaryRateLimit: waitOnce, ...pace.throttle },
  })
}

const ADVICE: Record<number, string> = {
  401: 'GitHub does not accept the token; set a valid GITHUB_TOKEN',
  403: 'the token may not do this; see the permissions in the README',
  404: 'not found, or the token may not see it',
  429: 'GitHub limits the rate; the bot will retry',
}

/** HTTP status of an Octokit error; 0 without an answer. */
export const statusOf = (error: unknown): number =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 0

/** Calls GitHub. @throws NotReadable with a sentence that begins with `what` */
export async function fromGithub<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof NotReadable) throw error
    const status = statusOf(error)
    const why = ADVICE[status] ?? `GitHub answered: ${errorText(error)}`
    throw new NotReadable(`${what}: ${why}${status ? ` (${status})` : ''}`, { cause: error })
  }
}
