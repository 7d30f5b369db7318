import type { Instant } from '#domain/rotation/rotation'
import {
  type Calendar,
  calendarOf,
  type Day,
  dayName,
  endOfDay,
  parseDay,
  type QuietTimes,
} from './calendar.ts'

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** Days and hours in which something may be done, in the configured time zone. */
export interface Window {
  days: readonly Weekday[]
  /** `08:00`; the same as `to` means the whole day. Where `to` lies before it, the window ends on the next day. */
  from: string
  /** `15:00`, at most `24:00`. */
  to: string
}

/** Days on which nothing may be done, both ends included. */
export interface Freeze {
  from: Day
  to: Day
  reason: string
}

/** When rotations may start and environments may be deployed to. Where there is no window, at any time that is not frozen. */
export interface Windows {
  timeZone: string
  start: Window | null
  /** By environment. */
  deploy: Readonly<Record<string, Window>>
  freezes: readonly Freeze[]
}

/** When something may be done. `windows` is null where any time will do; nothing may be done where it is empty. */
export interface Permitted {
  windows: readonly Window[] | null
  freezes: readonly Freeze[]
}

/** Why something may not be done now. */
export interface Barred {
  /** The freeze that is on; null when the window is closed. */
  freeze: Freeze | null
  /** The next moment at which it may be done; null when there is none within a year. */
  next: Instant | null
}

const DAY_MINUTES = 24 * 60
/** A window that does not open within a year never opens. */
const HORIZON_DAYS = 366

/** When rotations may start. */
export const startTimes = ({ start, freezes }: Windows): Permitted => ({
  windows: start && [start],
  freezes,
})

/** When an environment may be deployed to. */
export const deployTimes = (windows: Windows, environment: string): Permitted => {
  const window = deployWindow(windows, environment)
  return { windows: window && [window], freezes: windows.freezes }
}

/** The window of an environment; null when it has none. */
export const deployWindow = ({ deploy }: Windows, environment: string): Window | null =>
  (Object.hasOwn(deploy, environment) && deploy[environment]) || null

/** When people work: neither in quiet hours nor in a freeze. */
export function workingTimes({ from, to, weekends }: QuietTimes, freezes: readonly Freeze[]): Permitted {
  const days = weekends ? WEEKDAYS.filter((day) => day !== 'sat' && day !== 'sun') : WEEKDAYS
  const hours =
    minutesOf(from) > minutesOf(to)
      ? [[to, from]]
      : from === to
        ? [['00:00', '24:00']]
        : [
            ['00:00', from],
            [to, '24:00'],
          ]
  const windows = hours.flatMap(([start = '', end = '']) =>
    start === end ? [] : [{ days, from: start, to: end }],
  )
  return { windows, freezes }
}

/** What keeps an environment from being deployed to now; null when it may be. */
export const barredDeployment = (windows: Windows, environment: string, now: Instant): Barred | null =>
  barredBy(calendarOf(windows.timeZone), now, deployTimes(windows, environment))

/** What keeps a rotation from being started now; null when it may be. */
export const barredStart = (windows: Windows, now: Instant): Barred | null =>
  barredBy(calendarOf(windows.timeZone), now, startTimes(windows))

/** What keeps something from being done now; null when it may be done. */
export function barredBy(calendar: Calendar, now: Instant, permitted: Permitted): Barred | null {
  const freeze = freezeOn(calendar, now, permitted.freezes)
  if (!freeze && isInWindow(calendar, now, permitted.windows)) return null
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
  { windows, freezes }: Permitted,
): Instant | null {
  if (windows?.length === 0) return null
  const today = calendar.dayNumber(from)
  // A window of yesterday may reach into today.
  for (let day = today - 1; day <= today + HORIZON_DAYS; day += 1)
    for (const opening of openingsOf(calendar, day, windows)) {
      const moment = afterFreezes(calendar, later(opening.from, from), freezes)
      if (moment < opening.to) return moment
    }
  return null
}

/**
 * When something that may be done now may no longer be done.
 *
 * @returns null when that does not end within a year
 */
export function permittedUntil(calendar: Calendar, now: Instant, permitted: Permitted): Instant | null {
  const { windows, freezes } = permitted
  const today = calendar.dayNumber(now)
  let end = now
  for (let day = today - 1; day <= today + HORIZON_DAYS; day += 1) {
    for (const opening of openingsOf(calendar, day, windows))
      if (opening.from <= end && end < opening.to) end = opening.to
    if (day > calendar.dayNumber(end)) break
  }
  const frozen = freezes
    .map((freeze) => calendar.at(dayNumberOf(freeze.from), 0))
    .filter((from) => now < from)
    .sort()
    .at(0)
  if (frozen !== undefined && frozen < end) return frozen
  return calendar.dayNumber(end) > today + HORIZON_DAYS - 1 ? null : end
}

export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b)

/** The windows that begin on a day, as moments, in order. */
function openingsOf(
  calendar: Calendar,
  day: number,
  windows: readonly Window[] | null,
): { from: Instant; to: Instant }[] {
  if (!windows) return [{ from: calendar.at(day, 0), to: endOfDay(calendar, day) }]
  return windows
    .filter(({ days }) => days.includes(weekdayOf(day)))
    .map((window) => {
      const [start, end] = [minutesOf(window.from), minutesOf(window.to)]
      if (start === end) return { from: calendar.at(day, 0), to: endOfDay(calendar, day) }
      const closes = end > start ? end : end + DAY_MINUTES
      const to = calendar.at(day + Math.floor(closes / DAY_MINUTES), (closes % DAY_MINUTES) / 60)
      return { from: calendar.at(day, start / 60), to }
    })
}

function isInWindow(calendar: Calendar, now: Instant, windows: readonly Window[] | null): boolean {
  const today = calendar.dayNumber(now)
  return [today - 1, today].some((day) =>
    openingsOf(calendar, day, windows).some(({ from, to }) => from <= now && now < to),
  )
}

export const freezeOn = (calendar: Calendar, at: Instant, freezes: readonly Freeze[]): Freeze | null => {
  const day = dayName(calendar.dayNumber(at))
  return freezes.find(({ from, to }) => from <= day && day <= to) ?? null
}

/** The first moment, from `at` on, at which nothing is frozen: freezes may follow one another. */
function afterFreezes(calendar: Calendar, at: Instant, freezes: readonly Freeze[]): Instant {
  let moment = at
  for (let round = 0; round <= freezes.length; round += 1) {
    const freeze = freezeOn(calendar, moment, freezes)
    if (!freeze) return moment
    moment = endOfDay(calendar, dayNumberOf(freeze.to))
  }
  return moment
}

const dayNumberOf = (day: Day): number => parseDay(day) ?? 0

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

// The first of January 1970 was a Thursday.
const weekdayOf = (dayNumber: number): Weekday => WEEKDAYS[(((dayNumber + 4) % 7) + 7) % 7] ?? 'sun'
