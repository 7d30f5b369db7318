import type { Instant } from '#domain/rotation/rotation'
import { type Calendar, calendarOf, dayName } from '#domain/time/calendar'
import type { SeenToken } from './seen-token.ts'

type Aged = Pick<SeenToken, 'currentSince' | 'cadenceDays'>

/** Days since 1970; null when the token's age is unknown. */
export const dueDay = ({ currentSince, cadenceDays }: Aged, calendar: Calendar): number | null =>
  currentSince === null ? null : calendar.dayNumber(currentSince) + cadenceDays

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

export interface OverdueGroup<Token> {
  day: string
  tokens: Token[]
}

/** `overdueBeyond` by due date, oldest first; each group is one escalation. */
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
