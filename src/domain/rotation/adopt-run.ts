import { type Decision, unchanged } from './decision.ts'
import type { Environment } from './environments.ts'
import { BOT_ACTOR, type NewEvent } from './events.ts'
import { type FoundRun, isAdoptable } from './found-runs.ts'
import { newRun } from './new-run.ts'
import { Refusal } from './refusal.ts'
import { type Instant, isRunning, latestRun, type Rotation, type Run } from './rotation.ts'
import { assertStartable, placeOf, runInProgress } from './runs.ts'

export interface AdoptRequest {
  found: FoundRun
  /** What it deployed or tested; null for a rotation. */
  environment: Environment | null
  reason: string
  by: string
}

/**
 * Makes a run that the bot did not start part of the rotation: it is judged like the bot's own from now on. Adopting is work on
 * the rotation, so whoever adopts cannot sign.
 *
 * @throws Refusal `rotation-closed`, `step-not-open`, `not-promoting`, `run-in-progress`, `run-failed`, `environment-missing`,
 *   `reason-missing`
 */
export function adoptRun(rotation: Rotation, request: AdoptRequest, at: Instant): Decision {
  const { found, environment, reason, by } = request
  const { kind, runId, runAttempt, url, startedBy, event, startedAt } = found
  // Slack may deliver a submission twice.
  if (rotation.runs.some((run) => run.runId === runId && run.runAttempt >= runAttempt))
    return unchanged(rotation)
  if (kind !== 'rotate' && !environment) throw new Refusal('environment-missing', { runId })
  assertStartable(rotation, kind, environment)
  if (reason.trim() === '') throw new Refusal('reason-missing', {})
  if (!isAdoptable(found)) throw new Refusal('run-failed', { runId })
  const last = latestRun(rotation, kind, environment?.name)
  if (last && isRunning(last)) throw runInProgress(last, { isSame: false })
  const run = newRun({
    kind,
    environment: kind === 'rotate' ? null : (environment?.name ?? null),
    system: 'ci',
    attempt: (latestRun(rotation, kind)?.attempt ?? 0) + 1,
    requestedBy: by,
    requestedAt: at,
    state: found.state,
    runId,
    url,
    conclusion: found.conclusion,
    startedAt,
    finishedAt: found.finishedAt,
    runAttempt,
    adopted: { reason, startedBy, event },
  })
  const { attempt } = run
  const data = {
    kind,
    attempt,
    runId,
    runAttempt,
    url,
    reason,
    startedBy,
    event,
    startedAt,
    ...placeOf(run),
  }
  return {
    rotation: { ...rotation, runs: [...rotation.runs, run] },
    events: [
      { type: 'run-adopted', rotationId: rotation.id, actor: by, at, data },
      ...endOf(rotation, run, at),
    ],
  }
}

/** What follows a run that has ended follows an adopted one as well. */
function endOf(rotation: Rotation, run: Run, at: Instant): NewEvent[] {
  if (isRunning(run)) return []
  const { kind, attempt, url, requestedBy, system, state } = run
  const conclusion = run.conclusion ?? state
  const data = {
    kind,
    attempt,
    succeeded: state === 'succeeded',
    conclusion,
    url,
    requestedBy,
    system,
    ...placeOf(run),
  }
  return [{ type: 'run-finished', rotationId: rotation.id, actor: BOT_ACTOR, at, data }]
}
