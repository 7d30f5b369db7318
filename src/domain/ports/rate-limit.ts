import type { RateLimit } from './call-failed.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Without a time in the answer. */
const UNNAMED_MS = MINUTE
/** No header, however wrong, stops the calls for longer. */
const LONGEST_MS = 24 * 60 * MINUTE

/** The headers that say until when a system limits calls. */
export interface LimitHeaders {
  /** `Retry-After`: seconds, or a date. */
  retryAfter: string | null
  /** When the limit ends, in seconds since 1970 by the system's clock. */
  reset?: string | null
  /** `Date`: the system's clock. */
  date: string | null
}

/**
 * Until when a system limits calls.
 *
 * @param now this machine's clock in milliseconds, where the answer has no date
 * @param otherwiseMs where the answer names no time
 */
export function readRateLimit(
  system: string,
  { retryAfter, reset, date }: LimitHeaders,
  now: number,
  otherwiseMs = UNNAMED_MS,
): RateLimit {
  const said = Date.parse(date ?? '')
  const asked = Number.isNaN(said) ? now : said
  const ms = afterHeader(retryAfter, asked) ?? untilReset(reset, asked) ?? otherwiseMs
  return { system, ms: Math.min(Math.max(ms, SECOND), LONGEST_MS) }
}

function afterHeader(header: string | null, asked: number): number | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * SECOND : null
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : at - asked
}

function untilReset(reset: string | null | undefined, asked: number): number | null {
  const seconds = Number(reset || Number.NaN)
  return Number.isFinite(seconds) ? seconds * SECOND - asked : null
}

/** `GitHub limits calls until 14:40 UTC`; by the clock of `now`, in milliseconds. */
export const limitWords = ({ system, ms }: RateLimit, now: number): string =>
  `${system} limits calls until ${new Date(Math.ceil((now + ms) / MINUTE) * MINUTE).toISOString().slice(11, 16)} UTC`
