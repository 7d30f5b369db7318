import { type CheckId, type CheckPhase, environmentOfCheck, stepOfPhase } from './checks.ts'
import {
  type CheckResult,
  type Exception,
  type Instant,
  latestRun,
  type Rotation,
  RUN_KINDS,
  type RunKind,
  STEP_OF_RUN,
} from './rotation.ts'

/**
 * The results that still count: started after the step was last reopened and after its newest workflow run
 * was requested.
 * @param newest the newest result of each check
 */
export const currentResults = (rotation: Rotation, newest: CheckResult[]): CheckResult[] =>
  newest.filter((result) => result.startedAt >= countsSince(rotation, result.step, result.check))

/** From when on a check must have looked to count. */
export const countsSince = (rotation: Rotation, phase: CheckPhase, check: CheckId): Instant =>
  latestOf(rotation, phase, environmentOfCheck(check), RUN_KINDS)

/** From when on the checks of a phase must have looked, whatever environment they look at. */
export const phaseCountsSince = (rotation: Rotation, phase: CheckPhase): Instant =>
  latestOf(rotation, phase, null, RUN_KINDS)

/**
 * From when on an exception must have been recorded to count. A smoke test only looks: what was done by hand before it still
 * holds.
 */
export const exceptionCountsSince = (
  rotation: Rotation,
  { step, check }: Pick<Exception, 'step' | 'check'>,
): Instant => latestOf(rotation, step, environmentOfCheck(check), ['rotate', 'deploy'])

const isIntegration = (phase: CheckPhase): boolean => stepOfPhase(phase) === 'integration-verification'

/** Only runs in its own environment outdate what was seen of one. */
function latestOf(
  rotation: Rotation,
  phase: CheckPhase,
  environment: string | null,
  kinds: readonly RunKind[],
): Instant {
  const reopened =
    rotation.signOffs.findLast((each) => each.reopened.some((step) => step === phase))?.at ?? ''
  const ran = kinds
    .filter((kind) =>
      environment === null ? STEP_OF_RUN[kind] === phase : STEP_OF_RUN[kind] === 'integration-verification',
    )
    .map((kind) => latestRun(rotation, kind, environment ?? undefined)?.requestedAt ?? '')
  // What was seen before a token went back was seen of another version.
  const back = rotation.tokens
    .filter((token) => environment === null || token.environment === environment)
    .flatMap(({ rollback }) => (rollback && isIntegration(phase) ? [rollback.currentAt ?? rollback.at] : []))
  return [rotation.openedAt, reopened, ...ran, ...back].sort().at(-1) ?? rotation.openedAt
}
