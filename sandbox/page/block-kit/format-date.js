/** Slack's date templates (docs: "Formatting text for app surfaces", date formatting), in the reader's zone. */
import { capitalized, nearDay, relative, timeOfDay, timeWithSeconds } from '../time.js'

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

const two = (number) => String(number).padStart(2, '0')

function ordinal(day) {
  const teen = day % 100 >= 11 && day % 100 <= 13
  return `${day}${(!teen && { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10]) || 'th'}`
}

const date = (d) => `${MONTHS[d.getMonth()]} ${ordinal(d.getDate())}, ${d.getFullYear()}`
const dateShort = (d) => `${MONTHS[d.getMonth()].slice(0, 3)} ${d.getDate()}, ${d.getFullYear()}`
const dateLong = (d) => `${DAYS[d.getDay()]}, ${date(d)}`
const dateLongFull = (d) => `${MONTHS[d.getMonth()]} ${d.getDate()}, ${d.getFullYear()}`
const withoutYear = (d, now, text) =>
  d.getFullYear() === now.getFullYear() ? text.replace(/, \d+$/, '') : text

const TOKENS = {
  date_num: (d) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`,
  date_slash: (d) => `${two(d.getDate())}/${two(d.getMonth() + 1)}/${d.getFullYear()}`,
  date,
  date_pretty: (d, now) => nearDay(d, now) ?? date(d),
  date_short: dateShort,
  date_short_pretty: (d, now) => nearDay(d, now) ?? dateShort(d),
  date_long: dateLong,
  date_long_pretty: (d, now) => nearDay(d, now) ?? dateLong(d),
  date_long_full: dateLongFull,
  day_divider_pretty: (d, now) => nearDay(d, now) ?? withoutYear(d, now, dateLong(d)),
  time: timeOfDay,
  time_secs: timeWithSeconds,
  ago: (d, now) => relative(d, now),
}

/**
 * @param {number} seconds since 1970
 * @param {string} template such as `{date_short_pretty} {time}`
 * @param {Date} now
 * @param {{ startsText?: boolean }} [options] startsText: capitalize the first word
 * @returns {string | undefined} undefined for an invalid date; the caller shows the fallback
 */
export function formatDate(seconds, template, now, options = {}) {
  const moment = new Date(seconds * 1000)
  if (!template || Number.isNaN(moment.getTime())) return undefined
  const text = template.replace(/\{(\w+)\}/g, (token, name) => TOKENS[name]?.(moment, now) ?? token)
  return options.startsText ? capitalized(text) : text
}
