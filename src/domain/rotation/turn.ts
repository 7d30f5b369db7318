import type { CheckPhase } from './checks.ts'
import { assertOpen } from './decision.ts'
import { isPromoting } from './early-deployment.ts'
import { Refusal } from './refusal.ts'
import {
  allStepsDone,
  approvals,
  isRunning,
  latestRun,
  ROLES,
  type Role,
  type Rotation,
  type Run,
} from './rotation.ts'
import { STEP_IDS, type StepId, stepDefinition } from './steps.ts'

export type Turn =
  | { kind: 'step'; steps: StepId[] }
  | { kind: 'run'; run: 'rotate' }
  | { kind: 'sign-off'; roles: Role[] }
  /** Environments that deploy after the sign-offs. */
  | { kind: 'promotion' }
  /** Old versions that are not proven revoked yet. */
  | { kind: 'revocations' }
  | { kind: 'closed' }

/** The steps that can be completed now, in the runbook's order. */
export function openSteps(rotation: Rotation): StepId[] {
  if (rotation.status !== 'open') return []
  const done = new Set<string>(rotation.steps.filter((step) => step.completion).map((step) => step.id))
  return STEP_IDS.filter(
    (id) => !done.has(id) && stepDefinition(id).after.every((before) => done.has(before)),
  )
}

/** Whether the checks of a phase still decide something. */
export const isPhaseOpen = (rotation: Rotation, phase: CheckPhase): boolean =>
  phase === 'promotion' ? isPromoting(rotation) : openSteps(rotation).includes(phase)

/**
 * Whether work on a step goes on; what is on a screen may be older.
 *
 * @throws Refusal `rotation-closed`, `step-completed`, `step-not-open`
 */
export function assertStepOpen(rotation: Rotation, step: StepId): void {
  assertOpen(rotation)
  const done = rotation.steps.find((each) => each.id === step)?.completion
  if (done) throw new Refusal('step-completed', { step, by: done.by, at: done.at })
  if (!openSteps(rotation).includes(step))
    throw new Refusal('step-not-open', { step, waitsFor: waitsFor(rotation, step) })
}

/** The steps that must be done before this one. */
export const waitsFor = (rotation: Rotation, step: StepId): StepId[] =>
  rotation.steps
    .filter((each) => !each.completion && stepDefinition(step).after.includes(each.id))
    .map((each) => each.id)

/** The roles whose sign-off is missing; empty while steps are open. */
export function missingRoles(rotation: Rotation): Role[] {
  if (rotation.status !== 'open' || !allStepsDone(rotation)) return []
  const signed = approvals(rotation).map((signOff) => signOff.role)
  return ROLES.filter((role) => !signed.includes(role))
}

/** The run whose approval in the CI everything else waits for; undefined when it waits for something else. */
export function waitingRun(rotation: Rotation): Run | undefined {
  const { kind } = turnOf(rotation)
  if (kind !== 'step' && kind !== 'run' && kind !== 'promotion') return undefined
  return rotation.runs.findLast((run) => run.state === 'waiting')
}

export function turnOf(rotation: Rotation): Turn {
  if (rotation.status === 'promoting') return { kind: 'promotion' }
  if (rotation.status === 'retiring') return { kind: 'revocations' }
  if (rotation.status !== 'open') return { kind: 'closed' }
  const roles = missingRoles(rotation)
  if (roles.length > 0) return { kind: 'sign-off', roles }
  const steps = openSteps(rotation)
  if (isRunning(latestRun(rotation, 'rotate')) && steps.includes('rotation-execution'))
    return { kind: 'run', run: 'rotate' }
  return { kind: 'step', steps }
}
