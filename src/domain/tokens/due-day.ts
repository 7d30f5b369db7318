import type { Instant } from '#domain/rotation/rotation'
import { type Calendar, calendarOf, dayName } from '#domain/time/calendar'
import type { SeenToken } from './seen-token.ts'

type Aged = Pick<SeenToken, 'currentSince' | 'cadenceDays'>

/** The day on which a token must be rotated again, as days since 1970; null when its age is not known. */
export const dueDay = ({ currentSince, cadenceDays }: Aged, calendar: Calendar): number | null =>
  currentSince === null ? null : calendar.dayNumber(currentSince) + cadenceDays

/** Tokens that are overdue by more than so many days of the calendar: a cause to escalate. */
export function overdueBeyond<Token extends Aged>(
  tokens: Token[],
  now: Instant,
  days: number,
  timeZone: string,
): Token[] {
  const calendar = calendarOf(timeZone)
  const today = calendar.dayNumber(now)
  return tokens.filter((token) => {
    const day = dueDay(token, calendar)
    return day !== null && today - day > days
  })
}

/** Tokens of one due date that are overdue beyond what is allowed. */
export interface OverdueGroup<Token> {
  /** The due date, `2026-11-20`: the same however often it is asked. */
  day: string
  tokens: Token[]
}

/** `overdueBeyond`, by due date, the oldest first: each is a cause of its own, which ends when its tokens are rotated. */
export function overdueGroups<Token extends Aged>(
  tokens: Token[],
  now: Instant,
  days: number,
  timeZone: string,
): OverdueGroup<Token>[] {
  const calendar = calendarOf(timeZone)
  const overdue = overdueBeyond(tokens, now, days, timeZone)
  const byDay = Map.groupBy(overdue, (token) => dueDay(token, calendar) ?? 0)
  return [...byDay].sort(([a], [b]) => a - b).map(([day, group]) => ({ day: dayName(day), tokens: group }))
}
