import type { Instant } from '#domain/rotation/rotation'
import type { Calendar } from '#domain/time/calendar'
import { compareTokens } from './scope.ts'
import type { SeenToken } from './seen-token.ts'
import { type TokenAge, tokenAge } from './token-age.ts'

/** The last attempt to read all token ages. */
export interface ReadAttempt {
  at: Instant
  /** Whether any token could be read. */
  succeeded: boolean
  /** Why the registry, and with it the list of tokens, is not the newest; null when it is. */
  problem: string | null
}

export interface AgeReading {
  /** In display order. */
  tokens: TokenAge[]
  /** Why the registry is not up to date; null when it is. */
  problem: string | null
  readAt: Instant
}

export function ageReading(
  seen: SeenToken[],
  { at, problem }: ReadAttempt,
  calendar: Calendar,
  now: Instant,
): AgeReading {
  const today = calendar.dayNumber(now)
  const tokens = seen.map((token) => tokenAge(token, calendar, today)).sort(compareTokens)
  return { tokens, problem, readAt: at }
}

/** Whether both look the same on a screen. */
export const isSameReading = (a: AgeReading, b: AgeReading): boolean => shownOf(a) === shownOf(b)

const shownOf = ({ tokens, problem }: AgeReading): string => JSON.stringify([problem, tokens])
