import { findOpenRotations } from '#db/queries/rotations'
import { BOT_ACTOR } from '#rotation/events'
import type { Rotation, Run, RunKind } from '#rotation/rotation'
import { isRunning, observeRun, runMark } from '#rotation/runs'
import { NotReadable } from '#rotation/secret'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { observeSecrets } from './observe-secrets.ts'
import { readSecrets } from './read-secrets.ts'
import { runChecks } from './run-checks.ts'

/** Looks at every run that has not ended, in every open rotation, and takes over what the CI shows. */
export async function followRuns(context: Context): Promise<void> {
  for (const rotation of await findOpenRotations(context.db)) {
    const ended = await followRotation(context, rotation)
    // People may have closed the modal: the results are there when they come back.
    if (ended.includes('rotate')) await runChecks(context, rotation.id, 'rotation-execution', BOT_ACTOR)
  }
}

/**
 * As `followRuns`, for one rotation.
 *
 * @returns the kinds of the runs whose end this call took over
 */
export async function followRotation(context: Context, rotation: Rotation): Promise<RunKind[]> {
  const ended: RunKind[] = []
  for (const run of rotation.runs.filter(isRunning)) {
    try {
      if (await followRun(context, rotation, run)) ended.push(run.kind)
    } catch (error) {
      // The CI is out of reach: the card keeps showing what was seen last, and the next tick looks again.
      if (!(error instanceof NotReadable)) throw error
      context.log.warn({ problem: error.message }, 'a run could not be followed')
    }
  }
  return ended
}

/** True when this call saw the run end. */
async function followRun(context: Context, rotation: Rotation, run: Run): Promise<boolean> {
  const seen = await context.ci.findRun(run.kind, runMark(rotation.id, run.attempt), run.requestedAt)
  if (!seen) return false
  // Versions first, so that the end of the run is told together with what it achieved.
  if (run.kind === 'rotate') {
    const names = rotation.tokens.map((token) => token.secret)
    await observeSecrets(context, rotation.id, await readSecrets(context, names))
  }
  const at = context.clock.now()
  let ended = false
  await change(
    context,
    rotation.id,
    (now) => observeRun(now, run, seen, at),
    ({ events }) => {
      ended = events.some((event) => event.type === 'run-finished')
      return []
    },
  )
  return ended
}
