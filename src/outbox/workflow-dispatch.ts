import { setJobSent } from '#db/queries/outbox-jobs'
import { findRevocations } from '#db/queries/revocations'
import { findOpenRotations, findRotation } from '#db/queries/rotations'
import { inTransaction } from '#db/transaction'
import { CallFailed } from '#domain/ports/call-failed'
import { isOnHold } from '#domain/revocations/verified-versions'
import { unsignedElsewhere } from '#domain/rotation/deviations'
import { mayPromote } from '#domain/rotation/early-deployment'
import { lostAt } from '#domain/rotation/lost-run'
import type { Instant, RevocationTarget, Rotation, Run } from '#domain/rotation/rotation'
import { runMark } from '#domain/rotation/runs'
import { workflowInputs } from '#domain/rotation/workflow-inputs'
import { currentVersion } from '#domain/tokens/secret'
import type { Context } from '#src/context'
import { type Handler, type JobOf, NothingDone, Postponed } from './handler.ts'

/**
 * Starts a workflow once. Where an earlier attempt had no answer, it only looks for the run, and never starts it again: a list that
 * lacks the run proves nothing. The run is marked lost in the end, and a person decides. Skips runs that were given up or whose
 * rotation was aborted or is no longer approved.
 */
export const handleWorkflowDispatch: Handler<'workflow-dispatch'> = async (job, context) => {
  if (job.sentAt !== null) return { result: await findStarted(job, job.sentAt, context) }
  const decided = await readRun(job, context)
  if (!(await isWanted(decided.rotation, decided.run, context))) return NOT_WANTED
  await noteSent(job, decided.rotation, context)
  return { result: { runId: await dispatch(decided, context) } }
}

/**
 * The last look before the call, because reading the secrets takes time: no call goes out after an abort.
 *
 * @throws Postponed when the rotation was changed meanwhile, to decide again
 */
async function noteSent(job: JobOf<'workflow-dispatch'>, decided: Rotation, { db, clock }: Context) {
  await inTransaction(db, async (tx) => {
    const now = await findRotation(tx, decided.id)
    if (now?.version !== decided.version) throw new Postponed('The rotation was changed meanwhile', 0)
    if (!(await setJobSent(tx, job, clock.now()))) throw new Error('another process runs this job')
  })
}

const NOT_WANTED = { result: { skipped: 'no longer wanted' } }

async function dispatch({ rotation, run }: { rotation: Rotation; run: Run }, { ci }: Context) {
  const inputs = workflowInputs(run, rotation, runMark(rotation.id, run.attempt))
  try {
    return await ci.dispatch(run.kind, inputs)
  } catch (error) {
    throw error instanceof CallFailed && error.undone ? new NothingDone(error) : error
  }
}

/** The run that an earlier attempt may have started. @throws Postponed while it does not appear */
async function findStarted(job: JobOf<'workflow-dispatch'>, sentAt: Instant, context: Context) {
  const { rotation, run } = await readRun(job, context)
  if (run.state !== 'requested') return { runId: run.runId }
  const found = await context.ci.findRun(run.kind, runMark(rotation.id, run.attempt), run.requestedAt)
  if (found) return { runId: found.runId }
  throw new Postponed(
    `GitHub did not answer when the workflow was started; its run is looked for until ${lostAt(sentAt).slice(11, 16)} UTC, then it can be started again`,
    context.waits.forDispatchedRun,
  )
}

async function isWanted(rotation: Rotation, run: Run, context: Context): Promise<boolean> {
  if (run.state !== 'requested') return false
  if (run.target) return isSafe(rotation, run, run.target, context)
  return rotation.status !== 'aborted' && mayDeploy(rotation, run, context)
}

/** What was seen of the use of a version says nothing any more after this long, in milliseconds. */
const DECIDED_MS = 10 * 60_000

/**
 * Whether no agent needs the versions that are to be disabled or destroyed, or a person decided it; also after an abort. Their use
 * was read when the run was asked for, and GitHub may have been away since; somebody may have made one current again.
 */
async function isSafe(
  rotation: Rotation,
  { requestedAt }: Run,
  { mode, versions }: RevocationTarget,
  { config, db, clock, secrets }: Context,
): Promise<boolean> {
  if (mode !== 'disable' && mode !== 'destroy') return true
  const rows = (await findRevocations(db, rotation.id)).filter((row) => row.rotationId === rotation.id)
  const isOld = Date.parse(clock.now()) - Date.parse(requestedAt) > DECIDED_MS
  const isUnneeded = versions.every(({ secret, versionId }) => {
    const row = rows.find((each) => each.secret === secret && each.versionId === versionId)
    if (row?.state !== 'waiting' || isOnHold(rotation, row, config.environments)) return false
    return row.forcedAt !== null || (row.verifiedAt !== null && !isOld)
  })
  if (!isUnneeded) return false
  // What cannot be undone is not decided from a list that may be behind.
  const freshness = mode === 'destroy' ? { describedSince: performance.now() } : 'listed'
  const names = versions.map(({ secret }) => secret)
  const bySecret = new Map((await secrets.read(names, freshness)).map((reading) => [reading.name, reading]))
  return versions.every(({ secret, versionId }) => {
    const found = bySecret.get(secret)?.secret
    const current = found && currentVersion(found)
    return current ? current.id !== versionId : false
  })
}

/**
 * Whether a run may start: an environment that waits for the sign-offs is deployed to only while they hold, or an approver
 * let it be deployed to before them, and while no other
 * rotation's unsigned version is current there.
 */
async function mayDeploy(
  rotation: Rotation,
  { kind, environment }: Run,
  { config, db }: Context,
): Promise<boolean> {
  const found = config.environments.find((each) => each.name === environment)
  if (found?.deploy !== 'after-sign-off') return true
  if (!mayPromote(rotation, found.name)) return false
  return kind !== 'deploy' || unsignedElsewhere(rotation, found, await findOpenRotations(db)) === null
}

async function readRun(job: JobOf<'workflow-dispatch'>, context: Context) {
  const { run: kind, attempt } = job.payload
  const rotation = await findRotation(context.db, job.rotationId)
  const run = rotation?.runs.find((each) => each.kind === kind && each.attempt === attempt)
  if (!rotation || !run) throw new Error(`no ${kind} run ${attempt} in rotation ${job.rotationId}`)
  return { rotation, run }
}
