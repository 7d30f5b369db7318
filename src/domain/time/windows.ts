import type { Instant } from '#domain/rotation/rotation'
import { type Calendar, type Day, dayName, endOfDay } from './calendar.ts'

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** Days and hours in which something may be done, in the configured time zone. */
export interface Window {
  days: readonly Weekday[]
  /** `08:00`; the same as `to` means the whole day. Where `to` lies before it, the window ends on the next day. */
  from: string
  to: string
}

/** Days on which nothing may be done, both ends included. */
export interface Freeze {
  from: Day
  to: Day
  reason: string
}

/** When something may be done. Without a window it may be done at any time that is not frozen. */
export interface Permitted {
  window: Window | null
  freezes: readonly Freeze[]
}

/** Why something may not be done now. */
export interface Barred {
  /** The freeze that is on; null when the window is closed. */
  freeze: Freeze | null
  /** The next moment at which it may be done; null when there is none within a year. */
  next: Instant | null
}

const MINUTE = 60_000
const DAY_MINUTES = 24 * 60
/** A window that does not open within a year never opens. */
const HORIZON_DAYS = 366

/** What keeps something from being done now; null when it may be done. */
export function barredBy(calendar: Calendar, now: Instant, permitted: Permitted): Barred | null {
  const freeze = freezeOn(calendar, now, permitted.freezes)
  if (!freeze && isInWindow(calendar, now, permitted.window)) return null
  return { freeze, next: nextPermitted(calendar, now, permitted) }
}

/**
 * The first moment, from `from` on, at which something may be done.
 *
 * @returns null when there is none within a year
 */
export function nextPermitted(
  calendar: Calendar,
  from: Instant,
  { window, freezes }: Permitted,
): Instant | null {
  const today = calendar.dayNumber(from)
  // A window of yesterday may reach into today.
  for (let day = today - 1; day <= today + HORIZON_DAYS; day += 1)
    for (const opening of openingsOf(calendar, day, window)) {
      const moment = afterFreezes(calendar, later(opening.from, from), freezes)
      if (moment < opening.to) return moment
    }
  return null
}

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b)

/** The window that begins on a day, as moments; none when it does not. */
function openingsOf(
  calendar: Calendar,
  day: number,
  window: Window | null,
): { from: Instant; to: Instant }[] {
  if (!window) return [{ from: calendar.at(day, 0), to: endOfDay(calendar, day) }]
  if (!window.days.includes(weekdayOf(day))) return []
  const [start, end] = [minutesOf(window.from), minutesOf(window.to)]
  if (start === end) return [{ from: calendar.at(day, 0), to: endOfDay(calendar, day) }]
  const closes = end > start ? end : end + DAY_MINUTES
  const to = calendar.at(day + Math.floor(closes / DAY_MINUTES), (closes % DAY_MINUTES) / 60)
  return [{ from: calendar.at(day, start / 60), to }]
}

function isInWindow(calendar: Calendar, now: Instant, window: Window | null): boolean {
  const today = calendar.dayNumber(now)
  return [today - 1, today].some((day) =>
    openingsOf(calendar, day, window).some(({ from, to }) => from <= now && now < to),
  )
}

const freezeOn = (calendar: Calendar, at: Instant, freezes: readonly Freeze[]): Freeze | null => {
  const day = dayName(calendar.dayNumber(at))
  return freezes.find(({ from, to }) => from <= day && day <= to) ?? null
}

/** The first moment, from `at` on, at which nothing is frozen: freezes may follow one another. */
function afterFreezes(calendar: Calendar, at: Instant, freezes: readonly Freeze[]): Instant {
  let moment = at
  for (let round = 0; round <= freezes.length; round += 1) {
    const freeze = freezeOn(calendar, moment, freezes)
    if (!freeze) return moment
    moment = endOfDay(calendar, Date.parse(`${freeze.to}T00:00:00.000Z`) / (DAY_MINUTES * MINUTE))
  }
  return moment
}

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

// The first of January 1970 was a Thursday.
const weekdayOf = (dayNumber: number): Weekday => WEEKDAYS[(((dayNumber + 4) % 7) + 7) % 7] ?? 'sun'
