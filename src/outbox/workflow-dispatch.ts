import { setTimeout as sleep } from 'node:timers/promises'
import { findRevocations } from '#db/queries/revocations'
import { findOpenRotations, findRotation } from '#db/queries/rotations'
import type { DispatchResult } from '#domain/ports/outbox-job'
import { isOnHold } from '#domain/revocations/verified-versions'
import { unsignedElsewhere } from '#domain/rotation/deviations'
import { mayPromote } from '#domain/rotation/early-deployment'
import type { RevocationTarget, Rotation, Run } from '#domain/rotation/rotation'
import { runMark } from '#domain/rotation/runs'
import { workflowInputs } from '#domain/rotation/workflow-inputs'
import { currentVersion } from '#domain/tokens/secret'
import type { Context } from '#src/context'
import { type Handler, type JobOf, mayHaveHappened } from './handler.ts'

/**
 * Starts a workflow once: a retry first looks for the run of an earlier attempt. Skips runs that were given up or whose
 * rotation was aborted or is no longer approved.
 */
export const handleWorkflowDispatch: Handler<'workflow-dispatch'> = async (job, context) => {
  const { run: kind, attempt } = job.payload
  if (mayHaveHappened(job)) {
    const { rotation, run } = await readRun(job, context)
    await sleep(context.waits.forDispatchedRun)
    const found = await context.ci.findRun(kind, runMark(rotation.id, attempt), run.requestedAt)
    if (found) return { result: { runId: found.runId } }
  }
  // Read last, because the rotation may be aborted, or its approval withdrawn, during an outage.
  const { rotation, run } = await readRun(job, context)
  if (run.state !== 'requested' || !(await isWanted(rotation, run, context)))
    return { result: { skipped: 'no longer wanted' } }
  await context.ci.dispatch(kind, workflowInputs(run, rotation, runMark(rotation.id, attempt)))
  return { result: { dispatchedAt: context.clock.now() } satisfies DispatchResult }
}

async function isWanted(rotation: Rotation, run: Run, context: Context): Promise<boolean> {
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
  const freshness = mode === 'destroy' ? { describedSince: Date.now() } : 'listed'
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
