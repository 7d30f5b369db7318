import type { Decision } from './decision.ts'
import { unchanged } from './decision.ts'
import { isPromoting } from './early-deployment.ts'
import { BOT_ACTOR, type NewEvent } from './events.ts'
import {
  type Instant,
  isRunning,
  latestRun,
  type Rotation,
  type Run,
  STEP_OF_RUN,
  stepOf,
} from './rotation.ts'
import { observeRun, placeOf, type RunObservation } from './runs.ts'

/** Whether a run still decides something: its step is open, its environment is being promoted, or old versions are retired. */
export function isOpenRun(rotation: Rotation, { kind, environment, requestedAt }: Run): boolean {
  const step = STEP_OF_RUN[kind]
  if (step === null) return true
  const { completion } = stepOf(rotation, step)
  if (!completion) return true
  if (!isPromoting(rotation) || requestedAt < completion.at) return false
  return !rotation.promoted.some((each) => each.environment === environment)
}

/**
 * Whether the bot looks at a run again: one that has not ended, and a failed one that may be run again in the CI under the same
 * id. Of an environment only the newest, and only while it decides something.
 */
export const isFollowed = (rotation: Rotation, run: Run): boolean =>
  isRunning(run) || (run.state === 'failed' && run.runId !== null && isNewestOpen(rotation, run))

const isNewestOpen = (rotation: Rotation, run: Run): boolean =>
  latestRun(rotation, run.kind, run.environment ?? undefined)?.attempt === run.attempt &&
  isOpenRun(rotation, run)

/** Whether the CI shows something new of a run. */
export const hasChanged = (run: Run, seen: RunObservation): boolean =>
  run.state !== seen.state || run.runId !== seen.runId || (seen.runAttempt ?? 1) !== run.runAttempt

/**
 * Whether a list that may be minutes behind shows for certain what a run has come to: it has begun, has ended, or was begun again.
 * Anything else could be what it was before.
 */
export function isAhead(run: Run, seen: RunObservation): boolean {
  const { runAttempt = 1 } = seen
  if (runAttempt !== run.runAttempt) return runAttempt > run.runAttempt
  return isRunning(run) && (!isRunning(seen) || NOT_BEGUN.includes(run.state))
}

const NOT_BEGUN: readonly Run['state'][] = ['requested', 'queued']

/**
 * Records what the CI shows of a run: a failed one that was run again is followed like the first time, and one that waits for an
 * approval says for whose.
 *
 * @param reviewers whom it waits for, where it does
 */
export function followRun(
  rotation: Rotation,
  { kind, attempt }: Pick<Run, 'kind' | 'attempt'>,
  { seen, reviewers = [] }: { seen: RunObservation; reviewers?: string[] },
  at: Instant,
): Decision {
  const run = rotation.runs.find((each) => each.kind === kind && each.attempt === attempt)
  if (!run || !isFollowed(rotation, run)) return unchanged(rotation)
  const again = runAgain(rotation, run, seen, at)
  const begun = again?.rotation ?? rotation
  const { rotation: observed, events } = observeRun(begun, run, seen, at)
  const waits = awaitApproval(observed, { kind, attempt }, reviewers, at)
  return { rotation: waits.rotation, events: [...(again?.events ?? []), ...events, ...waits.events] }
}

/** A run under the same id with a higher count of the CI; null when it is the attempt that is known. */
function runAgain(rotation: Rotation, run: Run, seen: RunObservation, at: Instant): Decision | null {
  const { runAttempt = 1, startedBy = '' } = seen
  if (run.runId === null || run.runId !== seen.runId || runAttempt <= run.runAttempt) return null
  const { kind, attempt, url } = run
  const data = { kind, attempt, runAttempt, startedBy, url, ...placeOf(run) }
  const after: Run = {
    ...run,
    runAttempt,
    state: 'requested',
    conclusion: null,
    startedAt: null,
    finishedAt: null,
  }
  return {
    rotation: withRun(rotation, after),
    events: [{ type: 'run-again', rotationId: rotation.id, actor: BOT_ACTOR, at, data }],
  }
}

function awaitApproval(
  rotation: Rotation,
  { kind, attempt }: Pick<Run, 'kind' | 'attempt'>,
  reviewers: string[],
  at: Instant,
): Decision {
  const run = rotation.runs.find((each) => each.kind === kind && each.attempt === attempt)
  if (run?.state !== 'waiting' || run.approval) return unchanged(rotation)
  const data = { kind, attempt, url: run.url, reviewers, ...placeOf(run) }
  const event: NewEvent = { type: 'run-waits', rotationId: rotation.id, actor: BOT_ACTOR, at, data }
  return { rotation: withRun(rotation, { ...run, approval: { since: at, reviewers } }), events: [event] }
}

const withRun = (rotation: Rotation, run: Run): Rotation => ({
  ...rotation,
  runs: rotation.runs.map((each) => (each.kind === run.kind && each.attempt === run.attempt ? run : each)),
})
