import { differenceInCalendarDays } from 'date-fns'
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

// Days of 24 hours: whether a token is overdue does not depend on the zone of the machine, nor on its clocks going forward.
const DAY = 24 * 60 * 60_000

const dueTime = (since: Instant, cadenceDays: number): number => Date.parse(since) + cadenceDays * DAY

/** Whole days since the current version was created, rounded down. */
export const ageInDays = (since: Instant, now: Instant): number =>
  Math.trunc((Date.parse(now) - Date.parse(since)) / DAY)

/** When the token must be rotated again. */
export const dueAt = (since: Instant, cadenceDays: number): Instant =>
  new Date(dueTime(since, cadenceDays)).toISOString()

/** Days until `due`, by calendar in UTC of the process; negative when overdue. */
export const daysUntil = (due: Instant, now: Instant): number => differenceInCalendarDays(due, now)

const DUE_SOON = 7 * DAY

export type Freshness = 'fresh' | 'due-soon' | 'overdue' | 'unknown'

/** `due-soon` is the last seven days before the due date. */
export function freshness(token: TokenAge, now: Instant): Freshness {
  if (!token.currentSince) return 'unknown'
  const left = dueTime(token.currentSince, token.cadenceDays) - Date.parse(now)
  if (left <= 0) return 'overdue'
  return left <= DUE_SOON ? 'due-soon' : 'fresh'
}

/** Orders tokens by the age of their version, the oldest first; what was not read comes before. Instants sort as text. */
export function compareAges(a: TokenAge, b: TokenAge): number {
  const [first, second] = [a.currentSince ?? '', b.currentSince ?? '']
  if (first === second) return 0
  return first < second ? -1 : 1
}

/** The readable token that is due first. */
export function nextDue(tokens: TokenAge[]): { token: TokenAge; due: Instant } | null {
  let first: { token: TokenAge; at: number } | null = null
  for (const token of tokens) {
    if (!token.currentSince) continue
    const at = dueTime(token.currentSince, token.cadenceDays)
    if (!first || at < first.at) first = { token, at }
  }
  return first && { token: first.token, due: new Date(first.at).toISOString() }
}
