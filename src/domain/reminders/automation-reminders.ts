import type { Instant } from '#domain/rotation/rotation'
import { type Calendar, calendarOf, dayName } from '#domain/time/calendar'
import type { AutomationProblem } from './automation-problems.ts'
import type { Reminder, ReminderKey, ReminderSettings, ReminderState } from './reminder.ts'
import { lastOffset } from './reminder-schedule.ts'

/** The health check whose problems wait for somebody in particular. */
const OWN_CREDENTIALS = 'own-credentials'

type Automation = Pick<ReminderState, 'automation' | 'sent'>

/** What is broken, by the schedule of the other reminders; and once what of it is resolved. */
export function automationReminders(
  { automation, sent }: Automation,
  now: Instant,
  settings: ReminderSettings,
): Reminder[] {
  const calendar = calendarOf(settings.timeZone)
  const open = automation.filter((each) => each.resolvedAt === null)
  const broken = open.flatMap((problem): Reminder[] => {
    const due = dueOf(problem, now, calendar, settings)
    if (due === null) return []
    const asked = problem.check === OWN_CREDENTIALS ? settings.credentialKeepers : []
    const isFirst = calendar.dayNumber(due) === firstDay(problem, calendar, settings)
    return [{ kind: 'automation-broken', subject: problem.key, due, urgent: false, problem, asked, isFirst }]
  })
  const left = open.filter((each) => firstDay(each, calendar, settings) <= calendar.dayNumber(each.seenAt))
  return [...broken, ...resolvedReminders(automation, sent, left.length, calendar)]
}

/** The day of the first reminder: something unread is broken once it is unread for `unreadHours`. */
const firstDay = (
  { condition, since }: AutomationProblem,
  calendar: Calendar,
  { unreadHours }: ReminderSettings,
): number => calendar.dayNumber(since) + (condition === 'unread' ? Math.ceil(unreadHours / 24) : 0)

/** The newest time to remind of a problem that a daily check has confirmed; null when there is none yet. */
function dueOf(
  problem: AutomationProblem,
  now: Instant,
  calendar: Calendar,
  settings: ReminderSettings,
): Instant | null {
  const first = firstDay(problem, calendar, settings)
  const days = calendar.dayNumber(now) - first
  const offset = days < 0 ? null : lastOffset(days, settings)
  if (offset === null) return null
  // Without the day's check, a problem that was solved since yesterday would be called broken.
  const confirmed = calendar.dayNumber(problem.seenAt) >= first + offset
  return confirmed ? calendar.at(first + offset, settings.hour) : null
}

/** One for each daily check that found something resolved that people were reminded of. */
function resolvedReminders(
  automation: readonly AutomationProblem[],
  sent: readonly ReminderKey[],
  left: number,
  calendar: Calendar,
): Reminder[] {
  const wasSaid = ({ key, since }: AutomationProblem) =>
    sent.some(
      (each) =>
        each.kind === 'automation-broken' &&
        each.subject === key &&
        calendar.dayNumber(each.due) >= calendar.dayNumber(since),
    )
  const resolved = automation.filter((each) => each.resolvedAt !== null && wasSaid(each))
  return [...Map.groupBy(resolved, (each) => each.resolvedAt ?? '')].map(([due, problems]): Reminder => {
    const subject = dayName(calendar.dayNumber(due))
    return { kind: 'automation-resolved', subject, due, urgent: false, problems, left }
  })
}
