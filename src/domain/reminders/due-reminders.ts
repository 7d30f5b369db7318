import type { Instant } from '#domain/rotation/rotation'
import { calendarOf, isQuiet } from '#domain/time/calendar'
import { pendingReminders } from './pending-reminders.ts'
import type { Reminder, ReminderKey, ReminderSettings, ReminderState, ReminderSubject } from './reminder.ts'

const DAY = 86_400_000

/**
 * The reminders that are due now: the newest of each subject that was not given yet. What downtime or quiet times held
 * back is due once, as it stands now.
 */
export function dueReminders(state: ReminderState, now: Instant, settings: ReminderSettings): Reminder[] {
  const calendar = calendarOf(settings.timeZone)
  const quiet = isQuiet(calendar, now, settings.quiet)
  const told = Map.groupBy(state.sent, nameOf)
  const snoozed = new Set(state.snoozes.filter((snooze) => snooze.until > now).map(nameOf))
  return pendingReminders(state, now, settings).filter(
    (reminder) =>
      (reminder.urgent || !quiet) &&
      (reminder.urgent || !snoozed.has(nameOf(reminder))) &&
      !wasSent(told.get(nameOf(reminder)) ?? [], reminder.due, now),
  )
}

const nameOf = ({ kind, subject }: ReminderSubject): string => `${kind} ${subject}`

// A clock that was set back must repeat nothing; one that was a year ahead for a moment must not silence a year.
const CLOCK_BACK_DAYS = 14

const wasSent = (told: ReminderKey[], due: Instant, now: Instant): boolean =>
  told.some(
    (each) =>
      each.due === due || (each.due > due && Date.parse(each.due) - Date.parse(now) <= CLOCK_BACK_DAYS * DAY),
  )

/** Whether a reminder may be put off: never one of an incident, nor one that somebody must be found for. */
export const maySnooze = (
  { kind, urgent }: Pick<Reminder, 'kind' | 'urgent'>,
  isOfIncident: boolean,
): boolean => !urgent && !isOfIncident && kind !== 'role-vacant'
