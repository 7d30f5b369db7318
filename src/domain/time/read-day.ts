import { Refusal } from '#domain/rotation/refusal'
import type { Instant } from '#domain/rotation/rotation'
import { type Calendar, dayName, parseDay } from './calendar.ts'

/**
 * Parses a day typed by a person, as days since 1970. `earliest` and `latest` are days from today.
 * @throws Refusal `not-a-day`, `day-past`, `day-too-far`
 */
export function readDay(
  text: string,
  { calendar, now, earliest, latest }: { calendar: Calendar; now: Instant; earliest: number; latest: number },
): number {
  const day = parseDay(text)
  if (day === null) throw new Refusal('not-a-day', { text })
  const { timeZone } = calendar
  const today = calendar.dayNumber(now)
  if (day < today + earliest)
    throw new Refusal('day-past', { text, timeZone, earliest: dayName(today + earliest) })
  if (day > today + latest)
    throw new Refusal('day-too-far', { text, days: latest, latest: dayName(today + latest) })
  return day
}
