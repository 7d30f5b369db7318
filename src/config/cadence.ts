import { z } from 'zod'
import { calendarOf } from '#domain/time/calendar'

const timeZone = z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin or UTC')

function isTimeZone(name: string): boolean {
  try {
    return Boolean(calendarOf(name))
  } catch {
    return false
  }
}

/** How often tokens are rotated; days are those of `time-zone`. */
export const cadence = z
  .strictObject({
    days: z.int().min(1).max(365).default(30),
    'time-zone': timeZone.default('UTC'),
    'escalate-after-days': z.int().min(0).max(365).default(3),
    'open-automatically': z.boolean().default(false),
  })
  .prefault({})
