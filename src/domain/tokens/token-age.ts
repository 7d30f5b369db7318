import { type Calendar, type Day, dayName } from '#domain/time/calendar'
import { dueDay } from './due-day.ts'
import type { TokenName } from './scope.ts'
import type { SeenToken } from './seen-token.ts'

/** How old one token's current version is, by the days of the configured calendar: those that reminders go by. */
export interface TokenAge extends TokenName {
  secret: string
  cadenceDays: number
  /** Days since the current version was created; null when it cannot be read now. */
  ageDays: number | null
  /** The day on which the token must be rotated again; null with its age. */
  due: Day | null
  /** Why it cannot be read; null when it can. */
  problem: string | null
}

/**
 * The age of a token that was seen. One that cannot be read now has none: it may have been rotated meanwhile, and what
 * was seen before does not say.
 *
 * @param today days since 1970
 */
export function tokenAge(token: SeenToken, calendar: Calendar, today: number): TokenAge {
  const { agent, environment, secret, cadenceDays, problem } = token
  const day = problem === null ? dueDay(token, calendar) : null
  return {
    agent,
    environment,
    secret,
    cadenceDays,
    // A version is never younger than new, even when a clock was set back.
    ageDays: day === null ? null : Math.max(0, today - (day - cadenceDays)),
    due: day === null ? null : dayName(day),
    problem,
  }
}

export type Freshness = 'fresh' | 'due-soon' | 'overdue' | 'unknown'

const DUE_SOON_DAYS = 7

/** `due-soon` is the due date and the seven days before it; `overdue` begins with the day after it. */
export function freshness({ ageDays, cadenceDays }: TokenAge): Freshness {
  if (ageDays === null) return 'unknown'
  const left = cadenceDays - ageDays
  if (left < 0) return 'overdue'
  return left <= DUE_SOON_DAYS ? 'due-soon' : 'fresh'
}

/** Orders tokens by the age of their version, the oldest first; what was not read comes before. */
export function compareAges(a: TokenAge, b: TokenAge): number {
  const [first, second] = [a.ageDays ?? Number.POSITIVE_INFINITY, b.ageDays ?? Number.POSITIVE_INFINITY]
  return first === second ? 0 : second - first
}

/** The readable token that is due first. */
export function nextDue(tokens: TokenAge[]): { token: TokenAge; due: Day; daysLeft: number } | null {
  let first: { token: TokenAge; due: Day; daysLeft: number } | null = null
  for (const token of tokens) {
    const { due, ageDays, cadenceDays } = token
    if (due === null || ageDays === null) continue
    if (!first || due < first.due) first = { token, due, daysLeft: cadenceDays - ageDays }
  }
  return first
}
