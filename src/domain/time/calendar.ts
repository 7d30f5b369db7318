import type { Instant } from '#domain/rotation/rotation'

const MINUTE = 60_000
const QUARTER = 15 * MINUTE
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export type Day = string

/** Days and hours in one time zone, across daylight-saving changes. */
export interface Calendar {
  timeZone: string
  dayNumber(instant: Instant): number
  minuteOfDay(instant: Instant): number
  /**
   * The time at which the local clock shows this hour; the first when shown twice, the moment of the change
   * when skipped.
   * @param dayNumber days since 1970
   */
  at(dayNumber: number, hour: number): Instant
}

function createCalendar(timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  // Intl is slow and offsets change only on quarter hours, so thousands of tokens share the answers.
  const offsets = new Map<number, number>()
  const MOST_KEPT = 20_000

  const readOffset = (ms: number): number => {
    const parts = Object.fromEntries(
      format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]),
    ) as Record<string, number>
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute) - ms
  }
  const offsetAt = (ms: number): number => {
    const quarter = Math.floor(ms / QUARTER)
    const known = offsets.get(quarter)
    if (known !== undefined) return known
    if (offsets.size >= MOST_KEPT) offsets.clear()
    const offset = readOffset(quarter * QUARTER)
    offsets.set(quarter, offset)
    return offset
  }
  const wallClock = (instant: Instant): number => {
    const ms = Date.parse(instant)
    return ms + offsetAt(ms)
  }
  return {
    timeZone,
    dayNumber: (instant) => Math.floor(wallClock(instant) / DAY),
    minuteOfDay: (instant) => Math.floor((((wallClock(instant) % DAY) + DAY) % DAY) / MINUTE),
    at(dayNumber, hour) {
      const wall = dayNumber * DAY + hour * HOUR
      const before = wall - offsetAt(wall - DAY)
      const after = wall - offsetAt(wall + DAY)
      const shown = [before, after].sort((a, b) => a - b).find((ms) => ms + offsetAt(ms) === wall)
      return new Date(shown ?? before).toISOString()
    },
  }
}

const calendars = new Map<string, Calendar>()

/** The calendar of a time zone such as `Europe/Berlin`. @throws RangeError for an unknown time zone */
export function calendarOf(timeZone: string): Calendar {
  const known = calendars.get(timeZone)
  if (known) return known
  const calendar = createCalendar(timeZone)
  calendars.set(timeZone, calendar)
  return calendar
}

/** `2026-12-03` for days since 1970. */
export const dayName = (dayNumber: number): Day => new Date(dayNumber * DAY).toISOString().slice(0, 10)

/** Days since 1970 for `2026-12-03`; null for anything that is not a calendar day. */
export function parseDay(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const ms = Date.parse(`${text}T00:00:00.000Z`)
  return Number.isNaN(ms) || dayName(ms / DAY) !== text ? null : ms / DAY
}

export const endOfDay = (calendar: Calendar, dayNumber: number): Instant => calendar.at(dayNumber + 1, 0)

export interface QuietTimes {
  from: string
  to: string
  weekends: boolean
}

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

// 1 January 1970 was a Thursday.
const weekday = (dayNumber: number): number => (((dayNumber + 4) % 7) + 7) % 7
const SUNDAY = 0
const SATURDAY = 6

export function isQuiet(calendar: Calendar, now: Instant, { from, to, weekends }: QuietTimes): boolean {
  if (weekends && [SATURDAY, SUNDAY].includes(weekday(calendar.dayNumber(now)))) return true
  const [minute, start, end] = [calendar.minuteOfDay(now), minutesOf(from), minutesOf(to)]
  return start <= end ? start <= minute && minute < end : start <= minute || minute < end
}
