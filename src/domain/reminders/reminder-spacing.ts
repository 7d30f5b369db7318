import type { Instant } from '#domain/rotation/rotation'

const DAY = 24 * 3_600_000

/** On which days reminders are given. */
export interface Spacing {
  /** Days before the due date, such as 7, 3 and 1. */
  beforeDays: number[]
  /** For how many days after the due date, daily. */
  dailyDays: number
  /** Then every third day until so many days after it, and weekly from then on. */
  thirdDays: number
}

/**
 * The newest day on which a reminder is given, as days after the due date (negative before it): on the days before it
 * that the settings name, on the day, daily, every third day, weekly.
 *
 * @param days since the due date
 */
export function lastOffset(days: number, spacing: Spacing): number | null {
  const { beforeDays, dailyDays, thirdDays } = spacing
  if (days < 0) {
    const past = beforeDays.filter((before) => -before <= days)
    return past.length === 0 ? null : -Math.min(...past)
  }
  return days - (days <= dailyDays ? 0 : days < thirdDays ? (days - dailyDays) % 3 : weekly(days, spacing))
}

const weekly = (days: number, { dailyDays, thirdDays }: Spacing) =>
  (days - Math.max(dailyDays, thirdDays)) % 7

/** Counted in whole days from a moment on: at once, daily, every third day, weekly. Null before that moment. */
export function spaced(from: number, now: Instant, spacing: Spacing): Instant | null {
  const days = Math.floor((Date.parse(now) - from) / DAY)
  const offset = days < 0 ? null : lastOffset(days, spacing)
  return offset === null ? null : new Date(from + offset * DAY).toISOString()
}
