import { type CheckResult, type Instant, latestRun, type Rotation } from './rotation.ts'
import type { StepId } from './steps.ts'

/**
 * The results that still say something: those that were begun before a step was reopened, or before its newest workflow run was
 * asked for, are history.
 *
 * @param newest the newest result of each check
 */
export const currentResults = (rotation: Rotation, newest: CheckResult[]): CheckResult[] =>
  newest.filter((result) => result.startedAt >= countsSince(rotation, result.step))

/** From when on a check must have looked, and an exception must have been recorded, to count for a step. */
export function countsSince(rotation: Rotation, step: StepId): Instant {
  const reopened = rotation.signOffs.findLast((each) => each.reopened.includes(step))?.at
  const ran = step === 'rotation-execution' ? latestRun(rotation, 'rotate')?.requestedAt : undefined
  return [rotation.openedAt, reopened ?? '', ran ?? ''].sort().at(-1) ?? rotation.openedAt
}
