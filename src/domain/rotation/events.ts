import type { EscalationCause } from '#domain/on-call/escalation-cause'
import type { CheckId, CheckPhase } from './checks.ts'
import type { Confirmation, ConfirmationProblem } from './confirmation-problem.ts'
import type { DeclaredGap } from './declared-gap.ts'
import type { FollowedTable, RowsRecorded } from './followed-rows.ts'
import type { KeyChange } from './key-change.ts'
import type { RecordDigests } from './record-digests.ts'
import type {
  CheckState,
  Instant,
  RevokeMode,
  Role,
  RunKind,
  RunSystem,
  Severity,
  Trigger,
} from './rotation.ts'
import type { StepId } from './steps.ts'
import type { Waiver } from './waiver.ts'

export interface OldVersion {
  agent: string
  environment: string
  secret: string
  versionId: string
}

/** Event data by type. Stored permanently: add fields and types, never rename one. */
export interface EventData {
  'rotation-opened': {
    trigger: Trigger
    severity: Severity | null
    reason: string
    environments: string[]
    agents: string[]
    tokens: string[]
    evidence?: string[]
    supersedes?: number[]
    /** At a credential anomaly: the old versions are disabled whoever uses them. */
    disableNow?: boolean
  }
  'raised-to-incident': {
    from: { trigger: Trigger; severity: Severity | null; reason: string }
    trigger: Trigger
    severity: Severity
    reason: string
    evidence: string[]
    signaturesVoid: boolean
    disableNow?: boolean
  }
  'checks-run': {
    step: CheckPhase
    /** Where only one environment was looked at. */
    environment?: string
    /** The digest is of the whole result; absent in older events. */
    results: { check: CheckId; title: string; state: CheckState; sentence: string; digest?: string }[]
  }
  'run-requested': {
    kind: RunKind
    attempt: number
    system?: RunSystem
    environment?: string
    /** Why, where the environment's window was closed. */
    windowReason?: string
    /** Of a revocation only. */
    mode?: RevokeMode
    versions?: { secret: string; versionId: string }[]
  }
  'run-started': { kind: RunKind; attempt: number; runId: number; url: string; environment?: string }
  'run-finished': {
    kind: RunKind
    attempt: number
    succeeded: boolean
    conclusion: string
    url: string | null
    /** Who is notified; absent in older events. */
    requestedBy?: string
    system?: RunSystem
    environment?: string
  }
  /** The first new version in an environment that is deployed to after the sign-offs. */
  'first-version-seen': { agent: string; environment: string; secret: string; versionId: string }
  /** Failing lines of a run's log became evidence of a step. @param digest of the lines */
  'lines-quoted': {
    step: StepId
    kind: RunKind
    environment?: string
    attempt: number
    runId: number
    url: string
    digest: string
  }
  /** A run was run again in the CI, under the same id. */
  'run-again': {
    kind: RunKind
    attempt: number
    runAttempt: number
    startedBy: string
    url: string | null
    environment?: string
  }
  /** A run waits for a person's approval in the CI. */
  'run-waits': {
    kind: RunKind
    attempt: number
    url: string | null
    reviewers: string[]
    environment?: string
  }
  /** A person made a run that the bot did not start part of the rotation. */
  'run-adopted': {
    kind: RunKind
    attempt: number
    runId: number
    runAttempt: number
    url: string
    reason: string
    startedBy: string
    event: string
    startedAt: Instant | null
    environment?: string
  }
  /** Others deployed an environment that waits for the sign-offs, before both were there. */
  'deviation-recorded': {
    environment: string
    deploymentId: number
    runId: number | null
    url: string | null
    startedBy: string
    startedAt: Instant
  }
  'step-completed': {
    step: StepId
    attestations: string[]
    /** What was confirmed, by id, as it was shown; absent in older events. */
    sentences?: Record<string, string>
    /** Addresses, of files too. */
    evidence: string[]
    /** Files among the evidence; absent without any, and in older events. */
    files?: { name: string; size: number; digest: string }[]
    notes: string
    checks: { check: CheckId; state: CheckState; finishedAt: Instant }[]
  }
  'exception-recorded': {
    check: CheckId
    title: string
    what: string
    commands: string
    proof: string[]
    doneAt?: Instant
  }
  /** Optional fields are absent in older events. */
  escalated: {
    reason: string
    cause?: EscalationCause
    occurrence?: string
    severity?: Severity
    notifies?: boolean
  }
  /** @param by Slack user id, or the name in the pager */
  'escalation-acknowledged': {
    escalation: number
    cause: EscalationCause
    by: string
    via: 'slack' | 'pager'
  }
  /** The page of a superseded incident goes on in this one. @param from the superseded rotation */
  'escalation-carried-over': {
    escalation: number
    cause: EscalationCause
    severity: Severity
    from: number
  }
  'escalation-resolved': { escalation: number; cause: EscalationCause; reason: string }
  /** `delegateOf` is absent when the person holds the role. */
  'signed-off': {
    role: Role
    digest: string
    comment: string
    delegateOf?: string
    /** Where the approver confirmed it, with `sign-off.confirm`. */
    confirmation?: Confirmation
  }
  /** Signed in Slack; it counts after a comment on the ticket by this account. */
  'confirmation-requested': {
    role: Role
    digest: string
    comment: string
    login: string
    round: number
    delegateOf?: string
  }
  'confirmation-refused': { role: Role; why: ConfirmationProblem; login: string; url: string }
  rejected: { role: Role; digest: string; reason: string; reopened: StepId[]; delegateOf?: string }
  'rotation-approved': { tokens: number }
  /** How many old versions were proven revoked, or recorded by a person. */
  /** An environment was deployed to after the sign-offs, and its agents work with the new tokens. */
  'environment-promoted': { environment: string }
  'break-glass-requested': { reason: string }
  /** An approver acknowledged it: a deviation from the runbook. */
  'break-glass': { requestedBy: string; reason: string; role: Role; delegateOf?: string }
  /** Tokens go back to their old versions; both roles sign again. */
  'rollback-requested': { versions: OldVersion[]; reason: string }
  /** The old versions are the current ones again. */
  'rolled-back': { versions: OldVersion[] }
  /** An approver took the approvals back while environments were promoted. */
  withdrawn: { role: Role; reason: string; delegateOf?: string }
  /** What was signed is no longer so. */
  'approval-void': { reason: string; reopened: StepId[] }
  'rotation-completed': { proven: number; recorded: number }
  'rotation-aborted': { reason: string }
  /** What the tables hold changed without a decision, as when a token got its new version. */
  'record-changed': Record<string, never>
  'owner-changed': { from: string; to: string; reason: string }
  delegated: { role: Role; to: string; lastDay: string }
  'delegation-ended': { role: Role; to: string }
  /** The issuer refuses them now; it can still be undone. */
  'revocation-disabled': { versions: OldVersion[] }
  /** The issuer accepts them again. */
  'revocation-restored': { versions: OldVersion[] }
  /** A person decided to revoke versions although agents may still use them. */
  'revocation-forced': { versions: OldVersion[]; reason: string }
  'revocation-extended': { versions: OldVersion[]; until: Instant; reason: string }
  'revocation-proven': { versions: (OldVersion & { proof: string })[] }
  'revocation-overdue': { versions: (OldVersion & { since: Instant; why: string })[] }
  /** A person recorded them as revoked, and a machine sees them readable and labelled. */
  'revocation-contradicted': { versions: OldVersion[] }
  'revocation-recorded': { versions: OldVersion[]; what: string; commands: string; proof: string[] }
}

export type EventType = keyof EventData

export const BOT_ACTOR = 'bot'

export type NewEvent = {
  [Type in EventType]: {
    type: Type
    rotationId: number
    actor: string
    at: Instant
    data: EventData[Type]
  }
}[EventType]

/** Data of the events that belong to no rotation, by type. */
export interface DatabaseEventData {
  /** A person declared that a newer copy is lost. */
  'database-restored': DeclaredGap & { declaredBy: string }
  /** An approver lets releases of an environment pass the promotion gate for a time. */
  waived: Waiver
  /** Another key seals the log from here on. */
  'key-changed': KeyChange
  /** What rows of a followed table hold from here on. */
  'rows-recorded': RowsRecorded
  /** From here on each change of these tables is recorded. */
  'tables-followed': { tables: FollowedTable[] }
}

/** An event of the database itself, of no rotation. */
export type NewDatabaseEvent = {
  [Type in keyof DatabaseEventData]: {
    type: Type
    rotationId: null
    actor: string
    at: Instant
    data: DatabaseEventData[Type]
  }
}[keyof DatabaseEventData]

/** Its place in the append-only, hash-chained history. */
export interface Chained {
  /** From 1, without gaps, over all rotations. */
  count: number
  previousHash: string
  hash: string
  /** What the tables hold of its rotation from here on; part of the hash. Null where nothing changed. */
  record: RecordDigests | null
}

/** An event of a rotation in the history. */
export type RotationEvent = NewEvent & Chained
