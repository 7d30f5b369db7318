import { type Calendar, type Day, dayName } from '#domain/time/calendar'
import { dueDay } from './due-day.ts'
import { compareTokens, type TokenName } from './scope.ts'
import type { SeenToken } from './seen-token.ts'

/** A token's age in days of the configured calendar. */
export interface TokenAge extends TokenName {
  secret: string
  cadenceDays: number
  ageDays: number | null
  due: Day | null
  problem: string | null
}

/**
 * A token's age; unknown when it cannot be read now, because it may have been rotated since.
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
    ageDays: day === null ? null : Math.max(0, today - (day - cadenceDays)),
    due: day === null ? null : dayName(day),
    problem,
  }
}

export type Freshness = 'fresh' | 'due-soon' | 'overdue' | 'unknown'

const DUE_SOON_DAYS = 7

/** `due-soon`: the due date and the seven days before it. `overdue`: from the day after it. */
export function freshness({ ageDays, cadenceDays }: TokenAge): Freshness {
  if (ageDays === null) return 'unknown'
  const left = cadenceDays - ageDays
  if (left < 0) return 'overdue'
  return left <= DUE_SOON_DAYS ? 'due-soon' : 'fresh'
}

/** The overdue tokens that no open rotation has. @param taken secrets of open rotations */
export const overdueAndFree = (tokens: TokenAge[], taken: ReadonlySet<string>): TokenAge[] =>
  tokens.filter((token) => freshness(token) === 'overdue' && !taken.has(token.secret))

const URGENCY: Freshness[] = ['overdue', 'due-soon', 'unknown', 'fresh']

const daysLeft = ({ ageDays, cadenceDays }: TokenAge): number => cadenceDays - (ageDays ?? 0)

/** Worst first: what is overdue longest, then what is due soonest, then what is not read. */
export const compareUrgency = (a: TokenAge, b: TokenAge): number =>
  URGENCY.indexOf(freshness(a)) - URGENCY.indexOf(freshness(b)) ||
  daysLeft(a) - daysLeft(b) ||
  compareTokens(a, b)

/** The tokens of each environment, worst first, and the environment with the worst token first. */
export function byUrgency(tokens: TokenAge[]): { environment: string; tokens: TokenAge[] }[] {
  const sorted = [...tokens].sort(compareUrgency)
  return [...Map.groupBy(sorted, (token) => token.environment)].map(([environment, held]) => ({
    environment,
    tokens: held,
  }))
}

/** Oldest first, unknown ages before all. */
export function compareAges(a: TokenAge, b: TokenAge): number {
  const [first, second] = [a.ageDays ?? Number.POSITIVE_INFINITY, b.ageDays ?? Number.POSITIVE_INFINITY]
  return first === second ? 0 : second - first
}

export function nextDue(tokens: TokenAge[]): { token: TokenAge; due: Day; daysLeft: number } | null {
  let first: { token: TokenAge; due: Day; daysLeft: number } | null = null
  for (const token of tokens) {
    const { due, ageDays, cadenceDays } = token
    if (due === null || ageDays === null) continue
    if (!first || due < first.due) first = { token, due, daysLeft: cadenceDays - ageDays }
  }
  return first
}
