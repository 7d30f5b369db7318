import type { Instant } from '#domain/rotation/rotation'
import type { Day } from '#domain/time/calendar'
import { escapeUntrusted, toPlainText } from './text.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const stamp = (instant: Instant): number => Math.floor(Date.parse(instant) / SECOND)

/** `2026-11-23 09:02 UTC`, for texts that are not mrkdwn. */
export const utc = (instant: Instant): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`

/** Date and time in the reader's zone. */
export const when = (instant: Instant): string =>
  `<!date^${stamp(instant)}^{date_short_pretty} {time}|${utc(instant)}>`

/** A time as `utc` writes it, with or without seconds, or a day that is no part of a name or an address. */
const WRITTEN_TIME =
  /(?:\b(?:at|on) )?(?<![\w./-])(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2})(?::\d{2})? UTC\b|(?![\w/-]))/g

/**
 * Shows the times and days of a sentence that a program wrote in the reader's zone: “at today 09:02” loses its “at”.
 *
 * @param text escaped
 */
export const localTimes = (text: string): string =>
  text.replace(WRITTEN_TIME, (all, date: string, hour: string | undefined) => {
    if (hour === undefined) return isDay(date) ? calendarDay(date) : all
    const instant = `${date}T${hour}:00.000Z`
    return Number.isNaN(Date.parse(instant)) ? all : when(instant)
  })

/** `escapeUntrusted` for a sentence that a program wrote: its times are shown in the reader's zone. */
export const sentenceOf = (text: string, limit = 300): string => localTimes(escapeUntrusted(text, limit))

/**
 * A day of the configured calendar, such as a due date, in the form of all dates. Noon in UTC is on that day in
 * nearly every zone.
 */
export const calendarDay = (day: Day): string =>
  isDay(day) ? `<!date^${stamp(noon(day))}^{date_short_pretty}|${day}>` : escapeUntrusted(day, 12)

const noon = (day: Day): Instant => `${day}T12:00:00.000Z`
const isDay = (day: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(noon(day)))

/** `2026-11-23`, for texts that are not mrkdwn. */
export const utcDay = (instant: Instant): Day => instant.slice(0, 10)

/** The date alone, in the reader's zone. */
export const day = (instant: Instant): string =>
  `<!date^${stamp(instant)}^{date_short_pretty}|${instant.slice(0, 10)}>`

/** The time alone, in the reader's zone, with seconds. */
export const time = (instant: Instant): string =>
  `<!date^${stamp(instant)}^{time_secs}|${instant.slice(11, 19)} UTC>`

/** `2 h 10 min`, `3 d 4 h`, `12 s`. @param ms milliseconds */
export function duration(ms: number): string {
  const parts: [number, string][] = [
    [Math.floor(ms / DAY), 'd'],
    [Math.floor((ms % DAY) / HOUR), 'h'],
    [Math.floor((ms % HOUR) / MINUTE), 'min'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return `${Math.max(0, Math.floor(ms / SECOND))} s`
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** `00:42`: elapsed hours and minutes. @param ms milliseconds */
export function clock(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE))
  const two = (number: number) => String(number).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

export const millisBetween = (from: Instant, to: Instant): number => Date.parse(to) - Date.parse(from)

const DATE_AND_TIME = /<!date\^(\d+)\^[^|>]*\{time[^|>]*\|[^>]*>/g

/** `toPlainText` for a file: times are ISO 8601, such as `2026-11-23T09:02:00Z`. */
export const toFileText = (mrkdwn: string): string =>
  toPlainText(
    mrkdwn.replace(DATE_AND_TIME, (_, seconds) =>
      new Date(Number(seconds) * SECOND).toISOString().replace('.000Z', 'Z'),
    ),
  )
