import { calendarOf, type Day, isQuiet, type QuietTimes } from '#domain/time/calendar'
import type { CheckDefinition } from './checks.ts'
import type { Spacing } from './reminder-spacing.ts'
import type { Instant, Role, Rotation } from './rotation.ts'
import type { TokenName } from './scope.ts'
import { standingReminders } from './standing-reminders.ts'
import type { StepId } from './steps.ts'

const DAY = 86_400_000

/** A token as the secrets manager showed it last. */
export interface SeenToken extends TokenName {
  secret: string
  /** Team or person in the registry. */
  owner: string
  cadenceDays: number
  /** Creation of the current version, as last read; null when it never was. */
  currentSince: Instant | null
  /** Since when it cannot be read; null when it can. */
  unreadSince: Instant | null
  /** Why it cannot be read. */
  problem: string | null
}

/** An open rotation, and when somebody (or the CI) last moved it on. */
export interface StandingRotation {
  rotation: Rotation
  movedAt: Instant
}

export interface Snooze extends ReminderSubject {
  until: Instant
}

export const REMINDER_KINDS = [
  'token-due',
  'token-unread',
  'stands-still',
  'sign-off-waits',
  'evidence-missing',
  'role-gone',
] as const
export type ReminderKind = (typeof REMINDER_KINDS)[number]

/** What a reminder is about: a due date `2026-12-03`, a rotation `R42`, a role in it `R42:devops-lead`, … */
export interface ReminderSubject {
  kind: ReminderKind
  subject: string
}

/** A reminder's name: each is given once. */
export interface ReminderKey extends ReminderSubject {
  /** When it was to be given; later where it was quiet then, or the bot was down. */
  due: Instant
}

/** A token of a reminder, with the open rotation that it is in. */
export type DueToken = SeenToken & { rotation: number | null }

/** What a reminder knows, by its kind. */
export type ReminderFacts =
  | { kind: 'token-due'; day: Day; daysLeft: number; tokens: DueToken[] }
  | { kind: 'token-unread'; since: Instant; tokens: SeenToken[] }
  | { kind: 'stands-still'; rotation: number; owner: string; since: Instant }
  | { kind: 'sign-off-waits'; rotation: number; role: Role; since: Instant; toDelegate: boolean }
  | { kind: 'evidence-missing'; rotation: number; owner: string; step: StepId }
  | { kind: 'role-gone'; role: Role; since: Instant }

export type Reminder = ReminderKey & ReminderFacts & { urgent: boolean }

/** Everything that reminders come from. */
export interface CadenceState {
  tokens: SeenToken[]
  rotations: StandingRotation[]
  definitions: readonly CheckDefinition[]
  /** Roles whose every holder's account is gone, and since when that is known. */
  gone: { role: Role; since: Instant }[]
  snoozes: Snooze[]
  /** Reminders that were given lately. */
  told: ReminderKey[]
}

export interface ReminderSettings extends Spacing {
  timeZone: string
  quiet: QuietTimes
  /** Hour of the day at which reminders of due dates are given. */
  hour: number
  stillHours: number
  signOffHours: number
  evidenceHours: number
  unreadHours: number
}

/**
 * The reminders that are due now: the newest of each subject that was not given yet. What downtime or quiet times held
 * back is due once, as it stands now.
 */
export function dueReminders(state: CadenceState, now: Instant, settings: ReminderSettings): Reminder[] {
  const calendar = calendarOf(settings.timeZone)
  const quiet = isQuiet(calendar, now, settings.quiet)
  const told = Map.groupBy(state.told, nameOf)
  const snoozed = new Set(state.snoozes.filter((snooze) => snooze.until > now).map(nameOf))
  return standingReminders(state, now, settings).filter(
    (reminder) =>
      (reminder.urgent || !quiet) &&
      (reminder.urgent || !snoozed.has(nameOf(reminder))) &&
      !wasTold(told.get(nameOf(reminder)) ?? [], reminder.due, now),
  )
}

const nameOf = ({ kind, subject }: ReminderSubject): string => `${kind} ${subject}`

// A clock that was set back must repeat nothing; one that was a year ahead for a moment must not silence a year.
const CLOCK_BACK_DAYS = 14

const wasTold = (told: ReminderKey[], due: Instant, now: Instant): boolean =>
  told.some(
    (each) =>
      each.due === due || (each.due > due && Date.parse(each.due) - Date.parse(now) <= CLOCK_BACK_DAYS * DAY),
  )

/** Whether a reminder may be put off: never one of an incident, nor one that somebody must be found for. */
export const maySnooze = (
  { kind, urgent }: Pick<Reminder, 'kind' | 'urgent'>,
  isOfIncident: boolean,
): boolean => !urgent && !isOfIncident && kind !== 'role-gone'
