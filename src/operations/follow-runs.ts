import { findOpenRotations } from '#db/queries/rotations'
import type { Rotation, Run } from '#rotation/rotation'
import { isRunning, observeRun, runMark } from '#rotation/runs'
import { NotReadable } from '#rotation/secret'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { observeSecrets } from './observe-secrets.ts'
import { readSecrets } from './read-secrets.ts'

/** Looks at every run that has not ended, in every open rotation, and takes over what the CI shows. */
export async function followRuns(context: Context): Promise<void> {
  for (const rotation of await findOpenRotations(context.db)) await followRotation(context, rotation)
}

/** As `followRuns`, for one rotation. */
export async function followRotation(context: Context, rotation: Rotation): Promise<void> {
  for (const run of rotation.runs.filter(isRunning)) {
    try {
      await followRun(context, rotation, run)
    } catch (error) {
      // The CI is out of reach: the card keeps showing what was seen last, and the next tick looks again.
      if (!(error instanceof NotReadable)) throw error
      context.log.warn({ problem: error.message }, 'a run could not be followed')
    }
  }
}

async function followRun(context: Context, rotation: Rotation, run: Run): Promise<void> {
  const seen = await context.ci.findRun(run.kind, runMark(rotation.id, run.attempt), run.requestedAt)
  if (!seen) return
  // Versions first, so that the end of the run is told together with what it achieved.
  if (run.kind === 'rotate') {
    const names = rotation.tokens.map((token) => token.secret)
    await observeSecrets(context, rotation.id, await readSecrets(context, names))
  }
  const at = context.clock.now()
  await change(context, rotation.id, (now) => observeRun(now, run, seen, at))
}
