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
 * The results that still count: started after the step was last reopened and after its newest workflow run
 * was requested.
 * @param newest the newest result of each check
 */
export const currentResults = (rotation: Rotation, newest: CheckResult[]): CheckResult[] =>
  newest.filter((result) => result.startedAt >= countsSince(rotation, result.step))

export const countsSince = (rotation: Rotation, step: StepId): Instant => latestOf(rotation, step, RUN_KINDS)

/** As `countsSince`, for exceptions. A smoke test changes nothing, so it voids none. */
export const exceptionCountsSince = (rotation: Rotation, step: StepId): Instant =>
  latestOf(rotation, step, ['rotate', 'deploy'])

function latestOf(rotation: Rotation, step: StepId, kinds: readonly RunKind[]): Instant {
  const reopened = rotation.signOffs.findLast((each) => each.reopened.includes(step))?.at ?? ''
  const ran = kinds
    .filter((kind) => STEP_OF_RUN[kind] === step)
    .map((kind) => latestRun(rotation, kind)?.requestedAt ?? '')
  return [rotation.openedAt, reopened, ...ran].sort().at(-1) ?? rotation.openedAt
}
