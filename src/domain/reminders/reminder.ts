import type { Revocation } from '#domain/revocations/revocation'
import type { Instant, Role, Rotation } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import type { Day, QuietTimes } from '#domain/time/calendar'
import type { SeenToken } from '#domain/tokens/seen-token'
import type { AutomationProblem } from './automation-problems.ts'
import type { ReminderSchedule } from './reminder-schedule.ts'

/** An open rotation, and when a person or the CI last advanced it. */
export interface OpenRotation {
  rotation: Rotation
  movedAt: Instant
}

export interface Snooze extends ReminderSubject {
  until: Instant
}

const REMINDER_KINDS = [
  'token-due',
  'token-unread',
  'stalled',
  'sign-off-waits',
  'evidence-missing',
  'role-vacant',
  'deployment-missing',
  'decision-missing',
  'automation-broken',
  'automation-resolved',
] as const
export type ReminderKind = (typeof REMINDER_KINDS)[number]

/** What a reminder is about: a due date `2026-12-03`, a rotation `R42`, a role in it `R42:devops-lead`, … */
export interface ReminderSubject {
  kind: ReminderKind
  subject: string
}

/** Identifies a reminder; each is sent once. */
export interface ReminderKey extends ReminderSubject {
  /** The scheduled time; it may be sent later after quiet times or downtime. */
  due: Instant
}

export type DueToken = SeenToken & { rotation: number | null }

export type ReminderFacts =
  | { kind: 'token-due'; day: Day; daysLeft: number; tokens: DueToken[] }
  | { kind: 'token-unread'; since: Instant; tokens: SeenToken[] }
  | { kind: 'stalled'; rotation: number; owner: string; since: Instant }
  | {
      kind: 'sign-off-waits'
      rotation: number
      role: Role
      since: Instant
      toDelegate: boolean
      /** The deadline of old versions that agents need until production is deployed; null while it is far away. */
      deadline: Instant | null
    }
  | { kind: 'evidence-missing'; rotation: number; owner: string; step: StepId }
  | { kind: 'role-vacant'; role: Role; since: Instant }
  | ({ kind: 'deployment-missing' } & AboutOldVersions)
  | ({ kind: 'decision-missing' } & AboutOldVersions)
  /** `asked`: who is to solve it, mentioned when it is said for the first time. */
  | { kind: 'automation-broken'; problem: AutomationProblem; asked: string[]; isFirst: boolean }
  /** `left`: how many other problems are still open. */
  | { kind: 'automation-resolved'; problems: AutomationProblem[]; left: number }

/** Old versions that people must do something about before their deadline. */
export interface AboutOldVersions {
  rotation: number
  /** The owner and the operators: people (`U…`) and user groups (`S…`). */
  people: string[]
  deadline: Instant
  versions: Revocation[]
}

export type Reminder = ReminderKey & ReminderFacts & { urgent: boolean }

export interface ReminderState {
  tokens: SeenToken[]
  rotations: OpenRotation[]
  /** Closed rotations that left old versions alive. */
  closed: Rotation[]
  /** Old versions of any rotation that are not revoked. */
  oldVersions: Revocation[]
  /** Roles whose every holder is deactivated, and since when that is known. */
  vacant: { role: Role; since: Instant }[]
  /** What the daily check of the automation found, resolved problems of the last weeks included. */
  automation: readonly AutomationProblem[]
  snoozes: Snooze[]
  sent: ReminderKey[]
}

export interface ReminderSettings extends ReminderSchedule {
  timeZone: string
  quiet: QuietTimes
  hour: number
  /** People and user groups who may deploy and decide. */
  operators: string[]
  /** People and user groups who have the bot's own credentials replaced. */
  credentialKeepers: string[]
  stalledHours: number
  signOffHours: number
  evidenceHours: number
  unreadHours: number
}
