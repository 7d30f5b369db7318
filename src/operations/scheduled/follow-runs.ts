import { findCurrentChecks } from '#db/queries/checks'
import { findRotationEvents } from '#db/queries/events'
import { findJobSent, findRotateRequests } from '#db/queries/job-results'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findAbandonedRotations, findOpenRotations, findRotation } from '#db/queries/rotations'
import type { ListedRun } from '#domain/ports/systems'
import { phaseCountsSince } from '#domain/rotation/current-results'
import { BOT_ACTOR } from '#domain/rotation/events'
import { followRun, hasChanged, isAhead, isFollowed } from '#domain/rotation/follow-run'
import { failLostRun, isLost } from '#domain/rotation/lost-run'
import { observeRequests } from '#domain/rotation/managed-rotation'
import type { RevocationTarget, Rotation, Run, RunSystem } from '#domain/rotation/rotation'
import { isRunning, STEP_OF_RUN } from '#domain/rotation/rotation'
import { hasMark, type RunObservation, runMark, smokeAfter } from '#domain/rotation/runs'
import { continueRotating } from '#domain/rotation/split-run'
import type { StepId } from '#domain/rotation/steps'
import { openSteps } from '#domain/rotation/turn'
import { type Freshness, NotReadable } from '#domain/tokens/secret'
import { change } from '#operations/change'
import { keepUnseen, observeSecrets } from '#operations/readings/observe-secrets'
import { pollCi } from '#operations/readings/poll-ci'
import { isTimeToAsk } from '#operations/readings/poll-secrets'
import { asOfEnd, asOfLately, noteEnd, readSecrets } from '#operations/readings/read-secrets'
import { runChecks, WHILE_RUNNING } from '#operations/run-checks'
import { dispatchJobs, workflowDispatchKey } from '#outbox/queue/github-jobs'
import { threadLineJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { keepFoundRuns } from './keep-found-runs.ts'
import { proveRevocations } from './prove-revocations.ts'

/**
 * Updates every run of open and aborted rotations that may still change from its system, and runs the checks of steps whose
 * runs ended. A run that cannot be read keeps its last state until the next tick.
 */
export async function followRuns(context: Context): Promise<void> {
  const followed = [...(await findOpenRotations(context.db)), ...(await findAbandonedRotations(context.db))]
  const listed = await pollCi(context, followed)
  if (listed) await keepFoundRuns(context, followed, listed)
  for (const rotation of followed) {
    try {
      for (const run of rotation.runs.filter((each) => isFollowed(rotation, each)))
        await OBSERVERS[run.system](context, rotation, run, listed)
      for (const step of openSteps(rotation)) await checkAfterRuns(context, rotation, step)
    } catch (error) {
      context.log.warn({ error, rotation: rotation.id }, 'runs could not be followed')
    }
  }
}

/** Reads a run from each system. @param listed null when the CI was not asked in this tick */
const OBSERVERS: Record<
  RunSystem,
  (context: Context, rotation: Rotation, run: Run, listed: ListedRun[] | null) => Promise<void>
> = {
  async ci(context, rotation, run, listed) {
    if (!listed) return giveUpUnlisted(context, rotation, run)
    const start = await readStart(context, rotation, run)
    const entry = findListed(context, rotation, { ...run, runId: run.runId ?? start.runId }, listed)
    if (entry && !hasChanged(run, entry)) return showVersions(context, rotation, run)
    const seen = await readListed(context, rotation, run, entry, start)
    // One that may be run again and is not listed: nothing new.
    if (!seen && (!isRunning(run) || !start.isOverdue)) return
    await observe(context, rotation, run, seen)
  },

  async 'secrets-manager'(context, rotation, run) {
    if (!isRunning(run) || !isTimeToAsk(context, rotation)) return
    const requests = await findRotateRequests(context.db, rotation.id, run.attempt)
    const names = requests.map((request) => request.secret)
    const look = async (freshness: Freshness) => {
      const secrets = (await readSecrets(context, names, freshness)).flatMap(({ secret }) => secret ?? [])
      const deadlineMinutes = context.config.rotate['deadline-minutes']
      return observeRequests(run, requests, secrets, context.clock.now(), deadlineMinutes)
    }
    const shown = await look('listed')
    // The list may be behind when the deadline passes: no run ends on what it shows.
    if (isRunning(shown)) return observe(context, rotation, run, shown)
    const since = noteEnd(context, rotation.id)
    await observe(context, rotation, run, await look(since), since)
  },
}

/** What the bot knows of the start of a run that it has not seen yet. */
interface Start {
  /** Where the CI returned it. */
  runId: number | null
  /** Whether a run that does not appear is lost. */
  isOverdue: boolean
}

async function readStart({ db, clock }: Context, rotation: Rotation, run: Run): Promise<Start> {
  const now = clock.now()
  if (run.runId !== null) return { runId: run.runId, isOverdue: isLost(run, now) }
  const sent = await findJobSent(db, workflowDispatchKey(rotation.id, run.kind, run.attempt))
  const { runId = null } = (sent?.result ?? {}) as { runId?: number | null }
  return { runId, isOverdue: !sent?.waiting && isLost(run, now, sent?.at ?? run.requestedAt) }
}

/** A run that was started long ago is lost also where the bot may not list runs; not while the CI is away. */
async function giveUpUnlisted(context: Context, rotation: Rotation, run: Run): Promise<void> {
  if (run.runId !== null || !isRunning(run)) return
  const start = await readStart(context, rotation, run)
  if (!start.isOverdue) return
  try {
    await observe(context, rotation, run, await readListed(context, rotation, run, undefined, start))
  } catch (error) {
    if (!(error instanceof NotReadable) || !error.undone || error.limit) throw error
    await observe(context, rotation, run, null)
  }
}

/** By id once known: a person can start another run with the same title. */
function findListed(
  { config }: Context,
  rotation: Rotation,
  { kind, attempt, runId }: Run,
  listed: ListedRun[],
): ListedRun | undefined {
  if (runId !== null) return listed.find((each) => each.runId === runId)
  const mark = runMark(rotation.id, attempt)
  // Newest first: the oldest with the mark is the bot's own, not one started by hand since.
  return listed.findLast(
    (each) =>
      each.kind === kind &&
      each.event === 'workflow_dispatch' &&
      each.branch === config.repository.branch &&
      hasMark(each.title, mark),
  )
}

/** The list may be minutes behind: what it does not show for certain is read from the run itself, and so is a run that it lacks. */
async function readListed(
  { ci }: Context,
  rotation: Rotation,
  run: Run,
  entry: ListedRun | undefined,
  start: Start,
): Promise<RunObservation | null> {
  if (entry && isAhead(run, entry)) return entry
  const runId = entry?.runId ?? run.runId ?? start.runId
  if (runId === null)
    return start.isOverdue ? ci.findRun(run.kind, runMark(rotation.id, run.attempt), run.requestedAt) : null
  return isRunning(run) || entry ? ci.readRun(runId) : null
}

/** @param end of the run, where it was noted before */
async function observe(
  context: Context,
  rotation: Rotation,
  run: Run,
  seen: RunObservation | null,
  end?: Freshness,
): Promise<void> {
  const at = context.clock.now()
  // Versions first, so that the end of the run is reported with its result.
  if (run.kind === 'rotate') {
    const names = rotation.tokens.map((token) => token.secret)
    const ended = !seen || !isRunning(seen)
    // What its end is judged by is read then; while it runs the list shows progress, if late.
    const readings = await readSecrets(
      context,
      names,
      ended ? (end ?? noteEnd(context, rotation.id)) : 'listed',
    )
    await observeSecrets(context, rotation.id, readings)
    if (ended) await keepUnseen(context, rotation.id, readings)
  }
  const reviewers = await reviewersOf(context, run, seen)
  const environment = context.config.environments.find((each) => each.name === run.environment)
  const after = await change(
    context,
    rotation.id,
    (now) =>
      seen
        ? continueRotating(
            smokeAfter(followRun(now, run, { seen, reviewers }, at), run, environment, at),
            run,
            at,
          )
        : failLostRun(now, run, at),
    ({ events }) => dispatchJobs(rotation.id, events),
  )
  if (run.kind === 'rotate' && after.version !== rotation.version) await showProgress(context, after)
  if (!run.target || !seen || isRunning(seen)) return
  // Also of an aborted rotation: the version that was replaced must be tracked.
  if (run.target.mode === 'make-current') {
    const secrets = run.target.versions.map((each) => each.secret)
    await observeSecrets(
      context,
      rotation.id,
      await readSecrets(context, secrets, noteEnd(context, rotation.id)),
    )
  }
  await readTargets(context, run.target)
}

/** Whom a run waits for; nobody by name when GitHub does not say. */
async function reviewersOf({ ci, log }: Context, run: Run, seen: RunObservation | null): Promise<string[]> {
  if (seen?.state !== 'waiting' || seen.runId === null || run.approval) return []
  try {
    return await ci.readReviewers(seen.runId)
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    log.warn({ problem: error.message }, 'the reviewers of a run could not be read')
    return []
  }
}

/** A rotation that goes on shows its progress, token by token. */
async function showVersions(context: Context, rotation: Rotation, run: Run): Promise<void> {
  if (run.kind !== 'rotate' || run.state !== 'running') return
  const readings = await readSecrets(
    context,
    rotation.tokens.map((token) => token.secret),
    'listed',
  )
  await observeSecrets(context, rotation.id, readings)
  const after = await findRotation(context.db, rotation.id)
  if (after && after.version !== rotation.version) await showProgress(context, after)
}
/** What a revocation did is in the tags of its secrets. */
const readTargets = (context: Context, { versions }: RevocationTarget): Promise<void> =>
  proveRevocations(context, (row) =>
    versions.some((each) => each.secret === row.secret && each.versionId === row.versionId),
  )

async function showProgress(context: Context, rotation: Rotation): Promise<void> {
  const job = threadLineJob(rotation.id, 'rotation-execution', `v${rotation.version}`)
  await insertJobs(context.db, [job], context.clock.now())
  context.outbox.wake()
}

/** The modal may be closed; the results are there when it is opened again. */
async function checkAfterRuns(context: Context, rotation: Rotation, step: StepId): Promise<void> {
  const runs = rotation.runs.filter((run) => STEP_OF_RUN[run.kind] === step)
  if (runs.length === 0 || runs.some(isRunning)) return
  // This machine's clock was set back: what is seen counts only once it is later than what was asked for.
  if (phaseCountsSince(rotation, step) > context.clock.now()) return
  const ended = (await findRotationEvents(context.db, rotation.id)).findLast(
    (event) => event.type === 'run-finished' && STEP_OF_RUN[event.data.kind] === step,
  )
  const checks = await findCurrentChecks(context.db, rotation)
  if (checks.some((result) => result.step === step && result.startedAt >= (ended?.at ?? ''))) return
  // What a workflow did to the secrets is read after its end; deployments and smoke tests change none.
  const freshness = step === STEP_OF_RUN.rotate ? asOfEnd(context, rotation.id) : asOfLately()
  await runChecks(context, rotation.id, step, BOT_ACTOR, { freshness, sharedFor: WHILE_RUNNING })
}
