import type { Instant } from '#domain/rotation/rotation'
import { calendarOf, isQuiet } from '#domain/time/calendar'
import { pendingReminders } from './pending-reminders.ts'
import type { Reminder, ReminderKey, ReminderSettings, ReminderState, ReminderSubject } from './reminder.ts'

const DAY = 86_400_000

/** The reminders to send now. After downtime or quiet times each subject is sent once. */
export function dueReminders(state: ReminderState, now: Instant, settings: ReminderSettings): Reminder[] {
  const calendar = calendarOf(settings.timeZone)
  const quiet = isQuiet(calendar, now, settings.quiet)
  const sent = Map.groupBy(state.sent, nameOf)
  const snoozed = new Set(state.snoozes.filter((snooze) => snooze.until > now).map(nameOf))
  return pendingReminders(state, now, settings).filter(
    (reminder) =>
      (reminder.urgent || !quiet) &&
      (reminder.urgent || !snoozed.has(nameOf(reminder))) &&
      !wasSent(sent.get(nameOf(reminder)) ?? [], reminder.due, now),
  )
}

const nameOf = ({ kind, subject }: ReminderSubject): string => `${kind} ${subject}`

// After a clock is set back nothing may repeat, but one wrong date far ahead must not silence a year.
const CLOCK_BACK_DAYS = 14

const wasSent = (sent: ReminderKey[], due: Instant, now: Instant): boolean =>
  sent.some(
    (each) =>
      each.due === due || (each.due > due && Date.parse(each.due) - Date.parse(now) <= CLOCK_BACK_DAYS * DAY),
  )

const NEVER_SNOOZED: readonly Reminder['kind'][] = ['role-vacant', 'automation-resolved']

/** Incidents, vacant roles and good news cannot be snoozed. */
export const maySnooze = (
  { kind, urgent }: Pick<Reminder, 'kind' | 'urgent'>,
  isOfIncident: boolean,
): boolean => !urgent && !isOfIncident && !NEVER_SNOOZED.includes(kind)
