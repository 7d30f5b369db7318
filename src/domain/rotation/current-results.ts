import {
  type CheckResult,
  type Instant,
  latestRun,
  type Rotation,
  RUN_KINDS,
  type RunKind,
  STEP_OF_RUN,
} from './rotation.ts'
import type { StepId } from './steps.ts'

/**
 * The results that still say something: those that were begun before a step was reopened, or before its newest workflow run was
 * asked for, are history.
 *
 * @param newest the newest result of each check
 */
export const currentResults = (rotation: Rotation, newest: CheckResult[]): CheckResult[] =>
  newest.filter((result) => result.startedAt >= countsSince(rotation, result.step))

/** From when on a check must have looked to count for a step. */
export const countsSince = (rotation: Rotation, step: StepId): Instant => latestOf(rotation, step, RUN_KINDS)

/**
 * From when on an exception must have been recorded to count for a step. A smoke test only looks: what was done by hand
 * before it still holds.
 */
export const exceptionCountsSince = (rotation: Rotation, step: StepId): Instant =>
  latestOf(rotation, step, ['rotate', 'deploy'])

function latestOf(rotation: Rotation, step: StepId, kinds: readonly RunKind[]): Instant {
  const reopened = rotation.signOffs.findLast((each) => each.reopened.includes(step))?.at ?? ''
  const ran = kinds
    .filter((kind) => STEP_OF_RUN[kind] === step)
    .map((kind) => latestRun(rotation, kind)?.requestedAt ?? '')
  return [rotation.openedAt, reopened, ...ran].sort().at(-1) ?? rotation.openedAt
}
