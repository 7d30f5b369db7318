import { Refusal } from '#domain/rotation/refusal'
import { type Instant, isIncident, type Rotation } from '#domain/rotation/rotation'
import type { Calendar } from '#domain/time/calendar'
import { readDay } from '#domain/time/read-day'
import { maySnooze } from './due-reminders.ts'
import type { Reminder, ReminderSubject } from './reminder.ts'

export interface SnoozeRequest {
  reminders: Reminder[]
  rotations: Rotation[]
  /** First day on which reminders are sent again, `2026-12-03`. */
  until: string
  reason: string
  now: Instant
}

export const snoozable = ({
  reminders,
  rotations,
}: Pick<SnoozeRequest, 'reminders' | 'rotations'>): Reminder[] =>
  reminders.filter((reminder) => {
    const rotation = 'rotation' in reminder && rotations.find((each) => each.id === reminder.rotation)
    return maySnooze(reminder, rotation ? isIncident(rotation) : false)
  })

/**
 * Snoozes reminders until a day.
 * @param longestDays at most this many days from today
 * @throws Refusal `reason-missing`, `not-a-day`, `day-past`, `day-too-far`, `nothing-to-snooze`
 */
export function snooze(
  request: SnoozeRequest,
  calendar: Calendar,
  longestDays: number,
): { until: Instant; subjects: ReminderSubject[] } {
  const { until, reason, now } = request
  if (reason.trim() === '') throw new Refusal('reason-missing', {})
  const day = readDay(until, { calendar, now, earliest: 1, latest: longestDays })
  const subjects = snoozable(request).map(({ kind, subject }) => ({ kind, subject }))
  if (subjects.length === 0) throw new Refusal('nothing-to-snooze', {})
  return { until: calendar.at(day, 0), subjects }
}
