import { z } from 'zod'

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as "20:00", in quotes')

const hours = (most: number) => z.int().min(1).max(most)

/** When reminders are sent; days and hours are those of `cadence.time-zone`. */
export const reminders = z
  .strictObject({
    hour: z.int().min(0).max(23).default(9),
    'before-days': z.array(z.int().min(1).max(60)).max(10).default([7, 3, 1]),
    'daily-days': z.int().min(1).max(60).default(7),
    'every-third-day-until': z.int().min(1).max(120).default(28),
    'stalled-hours': hours(720).default(24),
    'sign-off-hours': hours(720).default(4),
    'evidence-hours': hours(720).default(4),
    'unread-hours': hours(720).default(24),
    'snooze-days': z.int().min(1).max(30).default(7),
  })
  .prefault({})

/** When only P1 messages are sent. */
export const quiet = z
  .strictObject({
    from: timeOfDay.default('20:00'),
    to: timeOfDay.default('08:00'),
    weekends: z.boolean().default(true),
  })
  .prefault({})
