import { addDays, differenceInCalendarDays, differenceInDays } from 'date-fns'
import type { Instant } from './rotation.ts'
import type { TokenName } from './scope.ts'

/** One token with the age of its current version, for status. */
export interface TokenAge extends TokenName {
  secret: string
  cadenceDays: number
  /** Creation of the current version; null when it could not be read. */
  currentSince: Instant | null
  /** Why it could not be read; null when it could. */
  problem: string | null
}

/** Whole days since the current version was created, rounded down. */
export const ageInDays = (since: Instant, now: Instant): number => differenceInDays(now, since)

/** When the token must be rotated again. */
export const dueAt = (since: Instant, cadenceDays: number): Instant =>
  addDays(since, cadenceDays).toISOString()

/** Days until `due`, by calendar in UTC of the process; negative when overdue. */
export const daysUntil = (due: Instant, now: Instant): number => differenceInCalendarDays(due, now)

export type Freshness = 'fresh' | 'due-soon' | 'overdue' | 'unknown'

/** `due-soon` is the last seven days before the due date. */
export function freshness(token: TokenAge, now: Instant): Freshness {
  if (!token.currentSince) return 'unknown'
  const due = dueAt(token.currentSince, token.cadenceDays)
  if (now >= due) return 'overdue'
  return now >= addDays(due, -7).toISOString() ? 'due-soon' : 'fresh'
}

/** The readable token that is due first. */
export function nextDue(tokens: TokenAge[]): { token: TokenAge; due: Instant } | null {
  const dated = tokens
    .flatMap((token) =>
      token.currentSince ? [{ token, due: dueAt(token.currentSince, token.cadenceDays) }] : [],
    )
    .sort((a, b) => a.due.localeCompare(b.due))
  return dated[0] ?? null
}
