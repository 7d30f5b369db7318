import { hoursBefore, isNear, REMIND_BEFORE_HOURS } from '#domain/revocations/deadline-calls'
import type { Revocation } from '#domain/revocations/revocation'
import { type Instant, ROLES, type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { waitingSince } from '#domain/rotation/sign-off-waits'
import { missingRoles, turnOf, waitingRun } from '#domain/rotation/turn'
import { calendarOf, dayName } from '#domain/time/calendar'
import { dueDay } from '#domain/tokens/due-day'
import { automationReminders } from './automation-reminders.ts'
import { isUrgent, oldVersionReminders, unsignedDeadline } from './old-version-reminders.ts'
import type { DueToken, OpenRotation, Reminder, ReminderSettings, ReminderState } from './reminder.ts'
import { lastOffset, latestDue } from './reminder-schedule.ts'

const HOUR = 3_600_000

/** The open rotation of each secret, by the secret's name. */
export const rotationBySecret = (rotations: { rotation: Rotation }[]): Map<string, number> =>
  new Map(rotations.flatMap(({ rotation }) => rotation.tokens.map(({ secret }) => [secret, rotation.id])))

export function pendingReminders(state: ReminderState, now: Instant, settings: ReminderSettings): Reminder[] {
  return [
    ...tokenReminders(state, now, settings),
    ...unreadReminders(state, now, settings),
    ...state.rotations.flatMap((each) => [
      ...stalledReminders(each, now, settings),
      ...signOffReminders(each, state.oldVersions, now, settings),
      ...evidenceReminders(each, now, settings),
    ]),
    ...vacantRoleReminders(state, now, settings),
    ...oldVersionReminders(state, now, settings),
    ...automationReminders(state, now, settings),
  ]
}

function tokenReminders(state: ReminderState, now: Instant, settings: ReminderSettings): Reminder[] {
  const calendar = calendarOf(settings.timeZone)
  const today = calendar.dayNumber(now)
  const taken = rotationBySecret(state.rotations)
  const first = Math.max(0, ...settings.beforeDays)
  const dated = state.tokens.flatMap((token) => {
    const day = dueDay(token, calendar)
    if (day === null || day - today > first) return []
    const rotation = taken.get(token.secret) ?? null
    // Until a token is overdue, the reminders of its rotation are enough.
    return rotation !== null && day >= today ? [] : [{ day, token, rotation }]
  })
  return [...Map.groupBy(dated, ({ day }) => day)]
    .sort(([a], [b]) => a - b)
    .flatMap(([day, group]): Reminder[] => {
      const offset = lastOffset(today - day, settings)
      const due = offset === null ? null : calendar.at(day + offset, settings.hour)
      if (due === null || due > now) return []
      const tokens = group.map(({ token, rotation }): DueToken => ({ ...token, rotation }))
      const subject = dayName(day)
      const facts = { day: subject, daysLeft: day - today, tokens }
      return [{ kind: 'token-due', subject, due, urgent: false, ...facts }]
    })
}

function unreadReminders({ tokens }: ReminderState, now: Instant, settings: ReminderSettings): Reminder[] {
  const patience = new Date(Date.parse(now) - settings.unreadHours * HOUR).toISOString()
  const unread = tokens.filter((token) => token.unreadSince !== null && token.unreadSince <= patience)
  const since = unread.map((token) => token.unreadSince ?? now).sort()[0]
  if (since === undefined) return []
  const due = latestDue(Date.parse(since) + settings.unreadHours * HOUR, now, settings)
  if (due === null) return []
  return [{ kind: 'token-unread', subject: 'all', due, urgent: false, since, tokens: unread }]
}

function stalledReminders(
  { rotation, movedAt }: OpenRotation,
  now: Instant,
  settings: ReminderSettings,
): Reminder[] {
  // An approval in the CI stalls it as well, whoever's turn it is then.
  const approval = waitingRun(rotation)?.approval
  if (turnOf(rotation).kind !== 'step' && !approval) return []
  const since = approval?.since ?? movedAt
  const due = latestDue(Date.parse(since) + settings.stalledHours * HOUR, now, settings)
  if (due === null) return []
  const facts = { rotation: rotation.id, owner: rotation.ownerId, since }
  return [{ kind: 'stalled', subject: rotationLabel(rotation.id), due, urgent: isUrgent(rotation), ...facts }]
}

/** At the hour of the config, then as a stalled rotation; also shortly before the deadline of old versions. */
function signOffReminders(
  { rotation }: OpenRotation,
  oldVersions: Revocation[],
  now: Instant,
  settings: ReminderSettings,
): Reminder[] {
  const since = waitingSince(rotation)
  if (since === null) return []
  const deadline = unsignedDeadline(rotation, oldVersions)
  const isClose = deadline !== null && isNear(deadline, REMIND_BEFORE_HOURS, now)
  const waited = Date.parse(since) + settings.signOffHours * HOUR
  const first = waited <= Date.parse(now) ? new Date(waited).toISOString() : null
  // The delegate is reminded only after the role holders had the same time again.
  const later = latestDue(waited + settings.signOffHours * HOUR, now, settings)
  const close = isClose ? [since, hoursBefore(deadline, REMIND_BEFORE_HOURS)].sort().at(-1) : null
  const due = [first, later, close]
    .flatMap((each) => each ?? [])
    .sort()
    .at(-1)
  if (due === undefined) return []
  return missingRoles(rotation).map((role) => ({
    kind: 'sign-off-waits',
    subject: `${rotationLabel(rotation.id)}:${role}`,
    due,
    urgent: isUrgent(rotation) || isClose,
    rotation: rotation.id,
    role,
    since,
    toDelegate: later !== null || isClose,
    deadline: isClose ? deadline : null,
  }))
}

function evidenceReminders({ rotation }: OpenRotation, now: Instant, settings: ReminderSettings): Reminder[] {
  if (rotation.steps.some((step) => step.id === 'audit-logging' && step.completion)) return []
  return rotation.steps.flatMap(({ id, completion }): Reminder[] => {
    if (!completion || completion.evidence.length > 0 || completion.attestations.length === 0) return []
    const due = new Date(Date.parse(completion.at) + settings.evidenceHours * HOUR).toISOString()
    if (due > now) return []
    const subject = `${rotationLabel(rotation.id)}:${id}`
    const facts = { rotation: rotation.id, owner: rotation.ownerId, step: id }
    return [{ kind: 'evidence-missing', subject, due, urgent: isUrgent(rotation), ...facts }]
  })
}

function vacantRoleReminders(
  { vacant }: ReminderState,
  now: Instant,
  settings: ReminderSettings,
): Reminder[] {
  return ROLES.flatMap((role): Reminder[] => {
    const since = vacant.find((each) => each.role === role)?.since
    const due = since === undefined ? null : latestDue(Date.parse(since), now, settings)
    if (since === undefined || due === null) return []
    return [{ kind: 'role-vacant', subject: role, due, urgent: false, role, since }]
  })
}
