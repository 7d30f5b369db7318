import { type Decision, unchanged } from './decision.ts'
import { BOT_ACTOR } from './events.ts'
import { type Instant, isRunning, type Rotation, type Run } from './rotation.ts'
import { placeOf } from './runs.ts'

const MINUTE = 60_000
const LOST_AFTER_MINUTES = 15

/** When a run that was started at that time, and does not appear, is lost. */
export const lostAt = (startedAt: Instant): Instant =>
  new Date(Date.parse(startedAt) + LOST_AFTER_MINUTES * MINUTE).toISOString()

/** @param sentAt when the CI was asked to start it, which may be long after a person asked for it */
export const isLost = (run: Run, now: Instant, sentAt: Instant = run.requestedAt): boolean =>
  run.system === 'ci' && isRunning(run) && Date.parse(now) > Date.parse(lostAt(sentAt))

/** Marks a lost run as failed, so that it can be requested again or overridden. */
export function failLostRun(
  rotation: Rotation,
  { kind, attempt, runId }: Pick<Run, 'kind' | 'attempt' | 'runId'>,
  at: Instant,
): Decision {
  const run = rotation.runs.find((each) => each.kind === kind && each.attempt === attempt)
  if (!run || !isRunning(run) || run.runId !== runId) return unchanged(rotation)
  const conclusion = runId === null ? 'never appeared in the CI' : 'is no longer in the CI'
  const after: Run = { ...run, state: 'failed', conclusion }
  const { requestedBy, system } = run
  const data = {
    kind,
    attempt,
    succeeded: false,
    conclusion,
    url: null,
    requestedBy,
    system,
    ...placeOf(run),
  }
  return {
    rotation: { ...rotation, runs: rotation.runs.map((each) => (each === run ? after : each)) },
    events: [{ rotationId: rotation.id, actor: BOT_ACTOR, at, type: 'run-finished', data }],
  }
}
