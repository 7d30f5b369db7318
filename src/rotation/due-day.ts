import { type Calendar, calendarOf } from './calendar.ts'
import type { SeenToken } from './reminders.ts'
import type { Instant } from './rotation.ts'

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
