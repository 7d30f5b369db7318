import type { CheckDefinition } from '#domain/rotation/checks'
import type { Instant, Role, Rotation } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import type { Day, QuietTimes } from '#domain/time/calendar'
import type { SeenToken } from '#domain/tokens/seen-token'
import type { Spacing } from './reminder-spacing.ts'

/** An open rotation, and when somebody (or the CI) last moved it on. */
export interface OpenRotation {
  rotation: Rotation
  movedAt: Instant
}

export interface Snooze extends ReminderSubject {
  until: Instant
}

export const REMINDER_KINDS = [
  'token-due',
  'token-unread',
  'stalled',
  'sign-off-waits',
  'evidence-missing',
  'role-vacant',
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
  | { kind: 'stalled'; rotation: number; owner: string; since: Instant }
  | { kind: 'sign-off-waits'; rotation: number; role: Role; since: Instant; toDelegate: boolean }
  | { kind: 'evidence-missing'; rotation: number; owner: string; step: StepId }
  | { kind: 'role-vacant'; role: Role; since: Instant }

export type Reminder = ReminderKey & ReminderFacts & { urgent: boolean }

/** Everything that reminders come from. */
export interface ReminderState {
  tokens: SeenToken[]
  rotations: OpenRotation[]
  /** What the checks back, by step. */
  backers: readonly Pick<CheckDefinition, 'step' | 'backs'>[]
  /** Roles whose every holder's account is gone, and since when that is known. */
  vacant: { role: Role; since: Instant }[]
  snoozes: Snooze[]
  /** Reminders that were given lately. */
  sent: ReminderKey[]
}

export interface ReminderSettings extends Spacing {
  timeZone: string
  quiet: QuietTimes
  /** Hour of the day at which reminders of due dates are given. */
  hour: number
  stalledHours: number
  signOffHours: number
  evidenceHours: number
  unreadHours: number
}
