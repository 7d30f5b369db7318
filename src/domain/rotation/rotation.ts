import type { CheckId, CheckPhase } from './checks.ts'
import type { StepId } from './steps.ts'

/** A moment as ISO 8601 in UTC, such as `2026-11-23T09:02:00.000Z`. */
export type Instant = string

export const TRIGGERS = ['cadence', 'manual', 'policy-hit', 'credential-anomaly', 'chaos-drill'] as const
export type Trigger = (typeof TRIGGERS)[number]

/** The triggers that an incident may have. */
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

/** One pass through the runbook for a scope of tokens. */
export interface Rotation {
  id: number
  /** Grows by one with every saved change; a change is saved only onto the version that it was decided on. */
  version: number
  status: RotationStatus
  trigger: Trigger
  /** Set for incidents only. */
  severity: Severity | null
  reason: string
  /** Slack user id of the person who carries the rotation. */
  ownerId: string
  /** Who owned it before, in order; they cannot sign it either. */
  formerOwners: string[]
  openedAt: Instant
  closedAt: Instant | null
  /** Why it was aborted. */
  closedReason: string | null
  /** The sign-off round, from 1; a rejection begins the next. */
  round: number
  tokens: RotationToken[]
  /** All five, in the runbook's order. */
  steps: Step[]
  /** Every decision of every round, oldest first. */
  signOffs: SignOff[]
  /** The environments that were deployed to and verified after the sign-offs, oldest first. */
  promoted: Promoted[]
  /** Every workflow run that was asked for, oldest first. */
  runs: Run[]
  exceptions: Exception[]
  /** The links that an incident was opened with. */
  evidence: Evidence[]
  /** Whether on-call is rung for it: a drill rings nobody unless it was asked to. */
  notifies: boolean
}

/** An environment that runs on the new tokens, verified. */
export interface Promoted {
  environment: string
  at: Instant
}

/** A capability token in the scope of a rotation. */
export interface RotationToken {
  agent: string
  environment: string
  /** Name or path in the secrets manager. */
  secret: string
  /** Team or person in the registry. */
  owner: string
  cadenceDays: number
  /** The version that was current when the rotation began; null when it could not be read. */
  previousVersionId: string | null
  /** When that version was created: whether it was renewed in time. */
  previousVersionAt: Instant | null
  /** The version that replaced it, as last seen; null until then. */
  newVersionId: string | null
  newVersionAt: Instant | null
}

export interface Step {
  id: StepId
  completion: StepCompletion | null
  /** Who completed it before it was reopened, in order; they worked on it all the same. */
  earlier: string[]
}

/** What a person confirmed when completing a step. */
export interface StepCompletion {
  by: string
  at: Instant
  /** Ids of the attestations that were ticked. */
  attestations: string[]
  evidence: Evidence[]
  notes: string
}

/** A link or an excerpt that shows a check or an attestation to be true. */
export interface Evidence {
  label: string
  /** An http(s) address, or null for an excerpt. */
  url: string | null
  /** SHA-256 of the text or address, hexadecimal. */
  digest: string
}

export interface SignOff {
  role: Role
  /** `withdrawn`: both approvals were taken back while environments were promoted. */
  decision: 'approved' | 'rejected' | 'withdrawn'
  by: string
  at: Instant
  round: number
  /** Digest of everything that was shown, SHA-256 in hexadecimal. */
  digest: string
  comment: string
  /** Whose place was taken; null when the person holds the role. */
  delegateOf: string | null
  /** The steps that a rejection reopened. */
  reopened: StepId[]
}

export const RUN_KINDS = ['rotate', 'deploy', 'smoke'] as const
export type RunKind = (typeof RUN_KINDS)[number]

/** What carries out a run: a workflow in the CI, or the secrets manager's own rotation. */
export type RunSystem = 'ci' | 'secrets-manager'

/** A run that the rotation asked for. */
export interface Run {
  kind: RunKind
  /** What is deployed to or tested; null for a rotation. */
  environment: string | null
  system: RunSystem
  /** 1 for the first of its kind in this rotation, then 2, 3, … */
  attempt: number
  requestedBy: string
  requestedAt: Instant
  /** `requested` until its system shows it. */
  state: 'requested' | 'queued' | 'running' | 'succeeded' | 'failed'
  /** The CI's own id and address, once known; the secrets manager has neither. */
  runId: number | null
  url: string | null
  /** The CI's word for how it ended, such as `failure` or `cancelled`; of the secrets manager, what it refused. */
  conclusion: string | null
  /** By the CI's clock; null until it began, or ended. */
  startedAt: Instant | null
  finishedAt: Instant | null
}

/** A failed or unknown check that a person carries past with a documented manual step. */
export interface Exception {
  check: CheckId
  /** The check's phase and title, as they were when it was recorded. */
  step: CheckPhase
  title: string
  what: string
  commands: string
  proof: Evidence[]
  by: string
  /** When it was recorded. */
  at: Instant
  /** When it was done, as the person says; null where nobody was asked. */
  doneAt: Instant | null
  round: number
}

export type CheckState = 'passed' | 'failed' | 'unknown'

/** One run of one check, as kept. */
export interface CheckResult {
  check: CheckId
  /** The check's phase and title, as they were when it ran. */
  step: CheckPhase
  title: string
  state: CheckState
  /** What was seen, one sentence. */
  sentence: string
  /** What to do next; empty when it passed. */
  advice: string
  evidence: Evidence[]
  startedAt: Instant
  finishedAt: Instant
}

/** `R42` */
export const rotationLabel = (id: number): string => `R${id}`

/** The id in `R42`, `r42` or `42`; null for anything else. */
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

/** The sign-offs that count now: approvals of the present round. */
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

export const isIncident = (rotation: Pick<Rotation, 'trigger'>): boolean =>
  (INCIDENT_TRIGGERS as readonly Trigger[]).includes(rotation.trigger)

/** Whether nothing more will happen to it; until then it holds its tokens. */
export const isClosed = ({ status }: Pick<Rotation, 'status'>): boolean =>
  status === 'complete' || status === 'aborted'

/** Whether both roles have signed it, and it was not aborted. */
export const isSigned = ({ status }: Pick<Rotation, 'status'>): boolean =>
  status === 'promoting' || status === 'retiring' || status === 'complete'

/** The step that each kind of run belongs to. */
export const STEP_OF_RUN: Record<RunKind, StepId> = {
  rotate: 'rotation-execution',
  deploy: 'integration-verification',
  smoke: 'integration-verification',
}

export const isRunning = (run: Pick<Run, 'state'> | undefined): boolean =>
  run !== undefined && run.state !== 'succeeded' && run.state !== 'failed'
