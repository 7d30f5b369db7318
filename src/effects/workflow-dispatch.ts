import { setTimeout as sleep } from 'node:timers/promises'
import { findRotation } from '#db/queries/rotations'
import { type Rotation, type RunKind, rotationLabel } from '#rotation/rotation'
import { runMark } from '#rotation/runs'
import { type Handler, mayHaveHappened } from './handler.ts'

/** The old version must be gone this long after the new one became current (runbook, step 3). */
export const REVOKE_WITHIN_HOURS = 24

// A run appears in GitHub's list a moment after its dispatch.
const SETTLE_MS = 5_000

/** What each workflow declares as its inputs; `rotation` carries the mark by which the run is found. */
const INPUTS: Record<RunKind, (rotation: Rotation) => Record<string, string>> = {
  rotate: (rotation) => ({
    secrets: rotation.tokens.map((token) => token.secret).join(','),
    revoke_within_hours: String(REVOKE_WITHIN_HOURS),
  }),
  deploy: () => ({ environment: 'staging' }),
  smoke: () => ({ environment: 'staging', suite: 'smoke' }),
}

/** Starts a workflow, once: before another attempt it looks for the run of an earlier one. */
export const handleWorkflowDispatch: Handler<'workflow-dispatch'> = async (effect, context) => {
  const { run: kind, attempt } = effect.payload
  const rotation = await findRotation(context.db, effect.rotationId)
  const run = rotation?.runs.find((each) => each.kind === kind && each.attempt === attempt)
  if (!rotation || !run) throw new Error(`no ${kind} run ${attempt} in rotation ${effect.rotationId}`)
  // An aborted rotation must not rotate anything any more.
  if (rotation.status === 'aborted')
    return { result: { skipped: `${rotationLabel(rotation.id)} was aborted` } }

  const mark = runMark(rotation.id, attempt)
  if (mayHaveHappened(effect)) {
    await sleep(SETTLE_MS)
    const found = await context.ci.findRun(kind, mark, run.requestedAt)
    if (found) return { result: { runId: found.runId } }
  }
  await context.ci.dispatch(kind, { rotation: mark, ...INPUTS[kind](rotation) })
  return {}
}
