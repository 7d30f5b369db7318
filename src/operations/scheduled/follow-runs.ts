import { findCurrentChecks } from '#db/queries/checks'
import { findRotationEvents } from '#db/queries/events'
import { findRotateRequests } from '#db/queries/job-results'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findAbandonedRotations, findOpenRotations } from '#db/queries/rotations'
import { BOT_ACTOR } from '#domain/rotation/events'
import { failLostRun, isLost } from '#domain/rotation/lost-run'
import { observeRequests } from '#domain/rotation/managed-rotation'
import type { RevocationTarget, Rotation, Run, RunSystem } from '#domain/rotation/rotation'
import { isRunning, STEP_OF_RUN } from '#domain/rotation/rotation'
import { observeRun, type RunObservation, runMark, smokeAfter } from '#domain/rotation/runs'
import type { StepId } from '#domain/rotation/steps'
import { openSteps } from '#domain/rotation/turn'
import { change } from '#operations/change'
import { keepUnseen, observeSecrets } from '#operations/readings/observe-secrets'
import { readSecrets } from '#operations/readings/read-secrets'
import { runChecks } from '#operations/run-checks'
import { workflowDispatchJob } from '#outbox/queue/github-jobs'
import { runProgressJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { proveRevocations } from './prove-revocations.ts'

/**
 * Updates every unfinished run of open and aborted rotations from its system, and runs the checks of steps whose runs
 * ended. A run that cannot be read keeps its last state until the next tick.
 */
export async function followRuns(context: Context): Promise<void> {
  const followed = [...(await findOpenRotations(context.db)), ...(await findAbandonedRotations(context.db))]
  for (const rotation of followed) {
    try {
      for (const run of rotation.runs.filter(isRunning)) await followRun(context, rotation, run)
      for (const step of openSteps(rotation)) await checkAfterRuns(context, rotation, step)
    } catch (error) {
      context.log.warn({ error, rotation: rotation.id }, 'runs could not be followed')
    }
  }
}

/** Reads a run from each system; null if it is not there. */
const OBSERVERS: Record<
  RunSystem,
  (context: Context, rotation: Rotation, run: Run) => Promise<RunObservation | null>
> = {
  // By id once known: a person can start another run with the same title.
  ci: ({ ci }, rotation, run) =>
    run.runId === null
      ? ci.findRun(run.kind, runMark(rotation.id, run.attempt), run.requestedAt)
      : ci.readRun(run.runId),

  async 'secrets-manager'(context, rotation, run) {
    const requests = await findRotateRequests(context.db, rotation.id, run.attempt)
    const readings = await readSecrets(
      context,
      requests.map((request) => request.secret),
    )
    const secrets = readings.flatMap((reading) => reading.secret ?? [])
    const deadlineMinutes = context.config.rotate['deadline-minutes']
    return observeRequests(run, requests, secrets, context.clock.now(), deadlineMinutes)
  },
}

async function followRun(context: Context, rotation: Rotation, run: Run): Promise<void> {
  const seen = await OBSERVERS[run.system](context, rotation, run)
  const at = context.clock.now()
  if (!seen && !isLost(run, at)) return
  // Versions first, so that the end of the run is reported with its result.
  if (run.kind === 'rotate') {
    const names = rotation.tokens.map((token) => token.secret)
    const readings = await readSecrets(context, names)
    await observeSecrets(context, rotation.id, readings)
    if (!seen || !isRunning(seen)) await keepUnseen(context, rotation.id, readings)
  }
  const environment = context.config.environments.find((each) => each.name === run.environment)
  const after = await change(
    context,
    rotation.id,
    (now) =>
      seen ? smokeAfter(observeRun(now, run, seen, at), run, environment, at) : failLostRun(now, run, at),
    ({ events }) =>
      events.flatMap((event) =>
        event.type === 'run-requested'
          ? [workflowDispatchJob(rotation.id, event.data.kind, event.data.attempt)]
          : [],
      ),
  )
  if (run.kind === 'rotate' && after.version !== rotation.version) await showProgress(context, after, run)
  if (run.target && seen && !isRunning(seen)) await readTargets(context, run.target)
}

/** What a revocation did is in the tags of its secrets. */
const readTargets = (context: Context, { versions }: RevocationTarget): Promise<void> =>
  proveRevocations(context, (row) =>
    versions.some((each) => each.secret === row.secret && each.versionId === row.versionId),
  )

async function showProgress(context: Context, rotation: Rotation, run: Run): Promise<void> {
  const job = runProgressJob(rotation.id, run, `v${rotation.version}`)
  await insertJobs(context.db, [job], context.clock.now())
  context.outbox.wake()
}

/** The modal may be closed; the results are there when it is opened again. */
async function checkAfterRuns(context: Context, rotation: Rotation, step: StepId): Promise<void> {
  const runs = rotation.runs.filter((run) => STEP_OF_RUN[run.kind] === step)
  if (runs.length === 0 || runs.some(isRunning)) return
  const ended = (await findRotationEvents(context.db, rotation.id)).findLast(
    (event) => event.type === 'run-finished' && STEP_OF_RUN[event.data.kind] === step,
  )
  const checks = await findCurrentChecks(context.db, rotation)
  if (checks.some((result) => result.step === step && result.startedAt >= (ended?.at ?? ''))) return
  await runChecks(context, rotation.id, step, BOT_ACTOR)
}
