/** Formats times in the reader's zone, relative to the sandbox's clock. Pure: `now` is an argument. */

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const format = (options) => {
  const formatter = new Intl.DateTimeFormat('en-GB', options)
  return (date) => formatter.format(date)
}

export const timeOfDay = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
export const timeWithSeconds = format({
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
export const fullDate = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const shortDate = format({ weekday: 'short', day: 'numeric', month: 'short' })
const shortDateYear = format({ day: 'numeric', month: 'short', year: 'numeric' })

const isWorkingTime = (date) =>
  date.getUTCDay() % 6 !== 0 && date.getUTCHours() >= 9 && date.getUTCHours() < 20

/** The first time from a date on at which the sandbox's bot sends reminders: not at night, nor on a weekend (UTC). */
export function nextWorkingTime(date) {
  if (isWorkingTime(date)) return date
  const ms = date.getTime()
  return nextWorkingTime(new Date(ms - (ms % HOUR) + HOUR))
}

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate())

/** Whole days from `now` to the date in the reader's zone: 0 today, -1 yesterday. */
export function dayDistance(date, now) {
  // Rounded, because a day with a clock change has 23 or 25 hours.
  return Math.round((midnight(date).getTime() - midnight(now).getTime()) / DAY)
}

const NEAR_DAYS = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }

/** `today`, `yesterday`, `tomorrow`, or nothing. */
export const nearDay = (date, now) => NEAR_DAYS[dayDistance(date, now)]

export const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1)

/** Label of a day divider. */
export function dayLabel(date, now) {
  const near = nearDay(date, now)
  if (near) return capitalized(near)
  return date.getFullYear() === now.getFullYear() ? shortDate(date) : shortDateYear(date)
}

/** `09:12` today, `yesterday 09:12`, `Mon, 3 Nov 09:12` else. */
export function dayAndTime(date, now) {
  const distance = dayDistance(date, now)
  if (distance === 0) return timeOfDay(date)
  return `${nearDay(date, now) ?? dayLabel(date, now)} ${timeOfDay(date)}`
}

const UNITS = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
]

/** A duration in one unit: `12 d`, `40 min`. @param {number} ms */
export function duration(ms, whole = Math.floor) {
  const [size, unit] = UNITS.find(([unitMs]) => ms >= unitMs) ?? [SECOND, 's']
  return `${whole(ms / size)} ${unit}`
}

/** `12 d ago`, `in 40 min`, `now`. */
export function relative(date, now) {
  const ms = date.getTime() - now.getTime()
  if (Math.abs(ms) < SECOND) return 'now'
  // A deadline in 23:59:59 is "in 24 h", not "in 23 h".
  return ms > 0 ? `in ${duration(ms, Math.round)}` : `${duration(-ms)} ago`
}

/** A Slack timestamp (`1700000000.000100`) as a date. */
export const dateOfTs = (ts) => new Date(Number(ts) * SECOND)
