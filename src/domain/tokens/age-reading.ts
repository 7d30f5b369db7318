import type { Instant } from '#domain/rotation/rotation'
import type { Calendar } from '#domain/time/calendar'
import { compareTokens } from './scope.ts'
import type { SeenToken } from './seen-token.ts'
import { type TokenAge, tokenAge } from './token-age.ts'

/** How the secrets manager was last asked for the ages of all tokens. */
export interface ReadAttempt {
  at: Instant
  /** Whether any token could be read. */
  succeeded: boolean
  /** Why the registry, and with it the list of tokens, is not the newest; null when it is. */
  problem: string | null
}

/** How old the tokens are, and when they were read as a whole. */
export interface AgeReading {
  /** In the order in which people always see them. */
  tokens: TokenAge[]
  /** Why the registry is not the newest; null when it is. */
  problem: string | null
  readAt: Instant
}

/** What was seen of the tokens, as it stands at a moment. */
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

/** Whether people would see no difference. */
export const looksAlike = (a: AgeReading, b: AgeReading): boolean => shownOf(a) === shownOf(b)

const shownOf = ({ tokens, problem }: AgeReading): string => JSON.stringify([problem, tokens])
