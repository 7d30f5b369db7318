import type { CheckId, CheckPhase } from './checks.ts'
import type { StepId } from './steps.ts'
import type { WorkType } from './work-types.ts'

/** ISO 8601 in UTC, such as `2026-11-23T09:02:00.000Z`. */
export type Instant = string

export const TRIGGERS = ['cadence', 'manual', 'policy-hit', 'credential-anomaly', 'chaos-drill'] as const
export type Trigger = (typeof TRIGGERS)[number]

export const INCIDENT_TRIGGERS = [
  'policy-hit',
  'credential-anomaly',
  'chaos-drill',
] as const satisfies Trigger[]

export const SEVERITIES = ['P1', 'P2', 'P3'] as const
export type Severity = (typeof SEVERITIES)[number]

export const ROLES = ['devops-lead', 'ai-ops-owner'] as const
export type Role = (typeof ROLES)[number]

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text)

export const ROLE_TITLES: Record<Role, string> = {
  'devops-lead': 'DevOps lead',
  'ai-ops-owner': 'AI Ops owner',
}

/**
 * Where a rotation is in its life. `open`: the five steps and both signatures. `promoting`: environments that deploy after the
 * sign-offs. `retiring`: old versions that are not proven revoked yet. `complete` and `aborted` are final.
 */
export const ROTATION_STATUSES = ['open', 'promoting', 'retiring', 'complete', 'aborted'] as const
export type RotationStatus = (typeof ROTATION_STATUSES)[number]

/**
 * Who revokes old versions. `bot`: the bot starts the revocation workflow once an environment runs on its new tokens.
 * `workflow`: the rotation workflow schedules it itself.
 */
export const REVOKERS = ['bot', 'workflow'] as const
export type Revoker = (typeof REVOKERS)[number]

/** One pass through the runbook for a scope of tokens. */
export interface Rotation {
  id: number
  /** Increases with every saved change; a save requires the version that was read. */
  version: number
  status: RotationStatus
  trigger: Trigger
  severity: Severity | null
  reason: string
  ownerId: string
  /** Earlier owners, in order; they cannot sign either. */
  formerOwners: string[]
  openedAt: Instant
  closedAt: Instant | null
  closedReason: string | null
  /** From 1; a rejection starts the next. */
  round: number
  tokens: RotationToken[]
  steps: Step[]
  signOffs: SignOff[]
  /** The environments that were deployed to and verified after the sign-offs, oldest first. */
  promoted: Promoted[]
  /** Deployments by others to environments that wait for the sign-offs, oldest first. */
  deviations: Deviation[]
  /** Every workflow run that was asked for, oldest first. */
  runs: Run[]
  exceptions: Exception[]
  evidence: Evidence[]
  notifies: boolean
  /** Fixed when the rotation is opened, so that a changed config does not concern it. */
  revoker: Revoker
  /** At a credential anomaly: who decided to disable the old versions although agents may still use them; null for nobody. */
  disableNowBy: string | null
  /** The newest request to deploy before the sign-offs; null without one. */
  breakGlass: BreakGlass | null
  /** Everybody who changed it, and how, in the order of their first time; none of them may sign. */
  work: Work[]
}

/** What a person did to a rotation, by the event that says so. */
export interface Work {
  by: string
  did: WorkType
}

/** At a credential anomaly: a request to deploy before the sign-offs what waits for them. */
export interface BreakGlass {
  requestedBy: string
  requestedAt: Instant
  reason: string
  round: number
  /** The approver; null while nobody has acknowledged it. */
  acknowledgedBy: string | null
  acknowledgedAt: Instant | null
  role: Role | null
  delegateOf: string | null
}

/** An environment that runs on the new tokens, verified. */
export interface Promoted {
  environment: string
  at: Instant
}

/** Others deployed an environment that waits for the sign-offs, with at least one of its new tokens, before both were there. */
export interface Deviation {
  environment: string
  /** When it was recorded. */
  at: Instant
  deploymentId: number
  /** The run that deployed; null when the deployment names none. */
  runId: number | null
  url: string | null
  /** The CI's name of who deployed. */
  startedBy: string
  startedAt: Instant
}

/** A capability token in the scope of a rotation. */
export interface RotationToken {
  agent: string
  environment: string
  secret: string
  owner: string
  cadenceDays: number
  /** Current when the rotation began; null when it could not be read. */
  previousVersionId: string | null
  previousVersionAt: Instant | null
  newVersionId: string | null
  newVersionAt: Instant | null
  /** A person's decision to go back to the old version; null without one. */
  rollback: TokenRollback | null
}

/** From when on it is the current one again, `newVersionId` names the old version, and `previousVersionId` the one that it replaced. */
export interface TokenRollback {
  /** The old version. */
  to: string
  by: string
  at: Instant
  reason: string
  /** When the old version was made, from which its age counts, also where a copy of it is current; null when not known. */
  madeAt: Instant | null
  /** When it became the current one; null before. */
  currentAt: Instant | null
}

export interface Step {
  id: StepId
  completion: StepCompletion | null
  /** Who completed it before it was reopened; they count as having worked on it. */
  earlier: string[]
  /** Failing lines of its runs, which become evidence when it is completed; absent without any. */
  quotes?: Evidence[]
}

export interface StepCompletion {
  by: string
  at: Instant
  /** Ids of what the person confirmed. */
  attestations: string[]
  /** Every statement of the step, by id, in the words that were shown; checks decided those that are not in `attestations`. */
  sentences: Record<string, string>
  evidence: Evidence[]
  notes: string
  /** What its checks had shown; later results are kept beside it and do not change it. */
  checks: { check: CheckId; state: CheckState }[]
}

/** A link, an excerpt or a file that supports a check or an attestation. */
export interface Evidence {
  label: string
  url: string | null
  /** SHA-256, hex: of the file's content, of the excerpt, or of the address. */
  digest: string
  /** Only where it is a file that was uploaded to Slack; its size is in bytes. */
  file?: { name: string; size: number }
  /** Only where lines of a log are quoted. */
  excerpt?: string
}

export interface SignOff {
  role: Role
  /** `withdrawn`: both approvals were taken back while environments were promoted. */
  decision: 'approved' | 'rejected' | 'withdrawn'
  by: string
  at: Instant
  round: number
  digest: string
  comment: string
  delegateOf: string | null
  reopened: StepId[]
}

export const RUN_KINDS = ['rotate', 'deploy', 'smoke', 'revoke'] as const
export type RunKind = (typeof RUN_KINDS)[number]

/** What the revocation workflow does to old versions at their issuer. Only `destroy` cannot be undone. */
export const REVOKE_MODES = ['disable', 'destroy', 'restore', 'make-current'] as const
export type RevokeMode = (typeof REVOKE_MODES)[number]

/** What a run of the revocation workflow acts on. */
export interface RevocationTarget {
  mode: RevokeMode
  versions: { secret: string; versionId: string }[]
}

export type RunSystem = 'ci' | 'secrets-manager'

export interface Run {
  kind: RunKind
  /** What is deployed to or tested; null for a rotation. */
  environment: string | null
  system: RunSystem
  /** From 1 for each kind in this rotation. */
  attempt: number
  requestedBy: string
  requestedAt: Instant
  /** `waiting`: for a person's approval in the CI. */
  state: 'requested' | 'queued' | 'waiting' | 'running' | 'succeeded' | 'failed'
  runId: number | null
  url: string | null
  /** For a run of the revocation workflow; null for every other. */
  target: RevocationTarget | null
  /** The CI's result, such as `failure` or `cancelled`; for the secrets manager, what was refused. */
  conclusion: string | null
  startedAt: Instant | null
  finishedAt: Instant | null
  /** Why an environment was deployed to although its window was closed; null where it was open. */
  windowReason: string | null
  /** The CI's count, from 1: a run that is run again there keeps its id. */
  runAttempt: number
  /** Whom it waits for in the CI; null while it waits for nobody. */
  approval: PendingApproval | null
  /** Null for a run that the bot started. */
  adopted: Adoption | null
}

/** The approval that a run waits for in the CI. */
export interface PendingApproval {
  since: Instant
  /** The CI's names of people and teams; empty when they could not be read. */
  reviewers: string[]
}

/** A person made a run that the bot did not start part of the rotation; `requestedBy` is that person. */
export interface Adoption {
  reason: string
  /** The CI's name of who started it. */
  startedBy: string
  /** What started it in the CI, such as `schedule` or `workflow_dispatch`. */
  event: string
}

/** A failed or unknown check that a person overrides with a documented manual step. */
export interface Exception {
  check: CheckId
  /** The check's phase and title, as they were when it was recorded. */
  step: CheckPhase
  title: string
  what: string
  commands: string
  proof: Evidence[]
  by: string
  at: Instant
  /** When the manual step was done, by the person's statement; null when not asked. */
  doneAt: Instant | null
  round: number
}

export type CheckState = 'passed' | 'failed' | 'unknown'

export interface CheckResult {
  check: CheckId
  /** The check's phase and title, as they were when it ran. */
  step: CheckPhase
  title: string
  state: CheckState
  sentence: string
  advice: string
  evidence: Evidence[]
  startedAt: Instant
  finishedAt: Instant
}

/** Whether a check waits for another one, which has the advice. */
export const isWaitingCheck = ({ state, advice }: Pick<CheckResult, 'state' | 'advice'>): boolean =>
  state === 'unknown' && advice.trim() === ''

/** Whether a check passed by inference alone: its advice says what a person must still look at. */
export const isInferredCheck = ({ state, advice }: Pick<CheckResult, 'state' | 'advice'>): boolean =>
  state === 'passed' && advice.trim() !== ''

export const rotationLabel = (id: number): string => `R${id}`

export function parseRotationLabel(text: string): number | null {
  const match = /^r?([1-9]\d{0,8})$/i.exec(text.trim())
  return match ? Number(match[1]) : null
}

export const stepOf = (rotation: Rotation, id: StepId): Step => {
  const step = rotation.steps.find((each) => each.id === id)
  if (!step) throw new TypeError(`no step ${id}`)
  return step
}

export const allStepsDone = (rotation: Rotation): boolean => rotation.steps.every((step) => step.completion)

/** The approvals of the present round. */
export const approvals = (rotation: Rotation): SignOff[] =>
  rotation.signOffs.filter((signOff) => signOff.round === rotation.round && signOff.decision === 'approved')

/**
 * The newest run of a kind, by its number: a clock that was set back gives the newest run an older time.
 *
 * @param environment of one environment only; of any, where it is left out
 */
export const latestRun = (rotation: Rotation, kind: RunKind, environment?: string): Run | undefined =>
  rotation.runs
    .filter((run) => run.kind === kind && (environment === undefined || run.environment === environment))
    .sort((a, b) => a.attempt - b.attempt)
    .at(-1)

/** Which attempt a run is among those of its kind in its environment, from 1 on; its own number counts all environments. */
export const attemptOf = (runs: readonly Run[], { kind, environment, attempt }: Run): number =>
  runs.filter((run) => run.kind === kind && run.environment === environment && run.attempt <= attempt).length

export const isIncident = (rotation: Pick<Rotation, 'trigger'>): boolean =>
  (INCIDENT_TRIGGERS as readonly Trigger[]).includes(rotation.trigger)

/** Whether nothing more will happen to it; until then it holds its tokens. */
export const isClosed = ({ status }: Pick<Rotation, 'status'>): boolean =>
  status === 'complete' || status === 'aborted'

/** Whether both roles have signed it, and it was not aborted. */
export const isSigned = ({ status }: Pick<Rotation, 'status'>): boolean =>
  status === 'promoting' || status === 'retiring' || status === 'complete'

/** The step that each kind of run belongs to; a revocation belongs to none. */
export const STEP_OF_RUN: Record<RunKind, StepId | null> = {
  rotate: 'rotation-execution',
  deploy: 'integration-verification',
  smoke: 'integration-verification',
  revoke: null,
}

export const isRunning = (run: Pick<Run, 'state'> | undefined): boolean =>
  run !== undefined && run.state !== 'succeeded' && run.state !== 'failed'
