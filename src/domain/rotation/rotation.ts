import type { CheckId } from './checks.ts'
import type { StepId } from './steps.ts'

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

/** One pass through the runbook for a scope of tokens. */
export interface Rotation {
  id: number
  /** Increases with every saved change; a save requires the version that was read. */
  version: number
  status: 'open' | 'approved' | 'aborted'
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
  runs: Run[]
  exceptions: Exception[]
  evidence: Evidence[]
  notifies: boolean
}

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
}

export interface Step {
  id: StepId
  completion: StepCompletion | null
  /** Who completed it before it was reopened; they count as having worked on it. */
  earlier: string[]
}

export interface StepCompletion {
  by: string
  at: Instant
  attestations: string[]
  evidence: Evidence[]
  notes: string
}

/** A link or an excerpt that supports a check or an attestation. */
export interface Evidence {
  label: string
  url: string | null
  digest: string
}

export interface SignOff {
  role: Role
  decision: 'approved' | 'rejected'
  by: string
  at: Instant
  round: number
  digest: string
  comment: string
  delegateOf: string | null
  reopened: StepId[]
}

export const RUN_KINDS = ['rotate', 'deploy', 'smoke'] as const
export type RunKind = (typeof RUN_KINDS)[number]

export type RunSystem = 'ci' | 'secrets-manager'

export interface Run {
  kind: RunKind
  system: RunSystem
  /** From 1 for each kind in this rotation. */
  attempt: number
  requestedBy: string
  requestedAt: Instant
  state: 'requested' | 'queued' | 'running' | 'succeeded' | 'failed'
  runId: number | null
  url: string | null
  /** The CI's result, such as `failure` or `cancelled`; for the secrets manager, what was refused. */
  conclusion: string | null
  startedAt: Instant | null
  finishedAt: Instant | null
}

/** A failed or unknown check that a person overrides with a documented manual step. */
export interface Exception {
  check: CheckId
  step: StepId
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
  step: StepId
  title: string
  state: CheckState
  sentence: string
  advice: string
  evidence: Evidence[]
  startedAt: Instant
  finishedAt: Instant
}

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

/** By attempt: a clock set back may give the newest run an older time. */
export const latestRun = (rotation: Rotation, kind: RunKind): Run | undefined =>
  rotation.runs
    .filter((run) => run.kind === kind)
    .sort((a, b) => a.attempt - b.attempt)
    .at(-1)

export const isIncident = (rotation: Pick<Rotation, 'trigger'>): boolean =>
  (INCIDENT_TRIGGERS as readonly Trigger[]).includes(rotation.trigger)

export const STEP_OF_RUN: Record<RunKind, StepId> = {
  rotate: 'rotation-execution',
  deploy: 'integration-verification',
  smoke: 'integration-verification',
}

export const isRunning = (run: Pick<Run, 'state'> | undefined): boolean =>
  run !== undefined && run.state !== 'succeeded' && run.state !== 'failed'
