import type { Instant } from '#domain/rotation/rotation'
import type { Calendar } from './calendar.ts'

/** The newest time at which the local clock showed this hour, on or before now. */
export function latestAt(calendar: Calendar, now: Instant, hour: number): Instant {
  const day = calendar.dayNumber(now)
  const today = calendar.at(day, hour)
  return today <= now ? today : calendar.at(day - 1, hour)
}
