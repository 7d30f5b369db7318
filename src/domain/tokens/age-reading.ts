import type { Instant } from '#domain/rotation/rotation'
import type { Calendar } from '#domain/time/calendar'
import { compareTokens } from './scope.ts'
import type { SeenToken } from './seen-token.ts'
import { type TokenAge, tokenAge } from './token-age.ts'

export interface ReadAttempt {
  at: Instant
  succeeded: boolean
  problem: string | null
}

export interface AgeReading {
  tokens: TokenAge[]
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

export const isSameReading = (a: AgeReading, b: AgeReading): boolean => shownOf(a) === shownOf(b)

const shownOf = ({ tokens, problem }: AgeReading): string => JSON.stringify([problem, tokens])
