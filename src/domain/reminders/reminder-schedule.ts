import type { Instant } from '#domain/rotation/rotation'

const DAY = 24 * 3_600_000

export interface ReminderSchedule {
  beforeDays: number[]
  /** Daily for this many days after the due date, then every third day, then weekly. */
  dailyDays: number
  thirdDays: number
}

/**
 * The newest reminder day on or before today, in days after the due date (negative before it); null before
 * the first one.
 * @param days since the due date
 */
export function lastOffset(days: number, spacing: ReminderSchedule): number | null {
  const { beforeDays, dailyDays, thirdDays } = spacing
  if (days < 0) {
    const past = beforeDays.filter((before) => -before <= days)
    return past.length === 0 ? null : -Math.min(...past)
  }
  return days - (days <= dailyDays ? 0 : days < thirdDays ? (days - dailyDays) % 3 : weekly(days, spacing))
}

const weekly = (days: number, { dailyDays, thirdDays }: ReminderSchedule) =>
  (days - Math.max(dailyDays, thirdDays)) % 7

/** The newest reminder time since a moment (at once, then as `lastOffset`); null before it. */
export function latestDue(from: number, now: Instant, spacing: ReminderSchedule): Instant | null {
  const days = Math.floor((Date.parse(now) - from) / DAY)
  const offset = days < 0 ? null : lastOffset(days, spacing)
  return offset === null ? null : new Date(from + offset * DAY).toISOString()
}
