import { RequestError } from '@octokit/request-error'
import { CallFailed, type RateLimit } from '#domain/ports/call-failed'
import { limitWords, readRateLimit } from '#domain/ports/rate-limit'
import { statusOf } from './github-problem.ts'

const SYSTEM = 'GitHub'
/** GitHub: "Rate limits for the REST API": without a time wait at least a minute, and longer each time. */
const SECONDARY_MS = 60_000
const LONGEST_SECONDARY_MS = 15 * 60_000

/** GitHub counts searches apart from all other calls. */
type Lane = 'core' | 'search'

const laneOf = (url: string): Lane => (/\/search\//.test(url) ? 'search' : 'core')

/** Remembers GitHub's limits, so that no call is sent that GitHub would refuse. */
export interface GithubLimits {
  /** @throws CallFailed while a limit lasts */
  assertNone(url: string): void
  /** A limit as a `CallFailed`, which is remembered; any other error unchanged. */
  note(url: string, error: unknown): unknown
  /** GitHub answered a call. */
  passed(): void
}

/** @param elapsed milliseconds of a clock that nobody sets */
export function githubLimits(elapsed: () => number = () => performance.now()): GithubLimits {
  const ends = new Map<Lane, number>()
  let unnamed = 0

  function fail(limit: RateLimit, cause?: unknown): CallFailed {
    return new CallFailed(limitWords(limit, Date.now()), { limit, cause })
  }

  return {
    assertNone(url) {
      const ms = (ends.get(laneOf(url)) ?? 0) - elapsed()
      if (ms > 0) throw fail({ system: SYSTEM, ms })
    },
    note(url, error) {
      const kind = limitKind(error)
      if (!kind || !(error instanceof RequestError)) return error
      const headers = error.response?.headers ?? {}
      const retryAfter = headers['retry-after'] === undefined ? null : String(headers['retry-after'])
      const reset = kind === 'primary' ? String(headers['x-ratelimit-reset'] ?? '') : null
      const wait = Math.min(SECONDARY_MS * 2 ** unnamed, LONGEST_SECONDARY_MS)
      if (retryAfter === null && !reset) unnamed += 1
      const limit = readRateLimit(SYSTEM, { retryAfter, reset, date: headers.date ?? null }, Date.now(), wait)
      const lanes: Lane[] = kind === 'primary' ? [laneOf(url)] : ['core', 'search']
      for (const lane of lanes) ends.set(lane, Math.max(ends.get(lane) ?? 0, elapsed() + limit.ms))
      return fail(limit, error)
    },
    passed() {
      unnamed = 0
    },
  }
}

function limitKind(error: unknown): 'primary' | 'secondary' | null {
  const status = statusOf(error)
  if (!(error instanceof RequestError) || ![403, 429].includes(status)) return null
  const headers: Record<string, unknown> = error.response?.headers ?? {}
  if (String(headers['x-ratelimit-remaining']) === '0') return 'primary'
  if (status === 429 || headers['retry-after'] !== undefined) return 'secondary'
  return /rate limit|abuse detection/i.test(error.message) ? 'secondary' : null
}
