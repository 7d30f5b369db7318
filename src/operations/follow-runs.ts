import { findRotationEvents } from '#db/queries/events'
import { findAbandonedRotations, findOpenRotations } from '#db/queries/rotations'
import { BOT_ACTOR } from '#rotation/events'
import { latestRun, type Rotation, type Run } from '#rotation/rotation'
import { isLost, isRunning, loseRun, observeRun, runMark, STEP_OF_RUN } from '#rotation/runs'
import { openSteps } from '#rotation/turn'
import type { Context } from '#src/context'
import { describeRotation } from '#src/load-state'
import { change } from './change.ts'
import { observeSecrets } from './observe-secrets.ts'
import { readSecrets } from './read-secrets.ts'
import { runChecks } from './run-checks.ts'

/**
 * Looks at every run that has not ended, in every open rotation and where one was aborted meanwhile, takes over what the CI shows, and runs the checks of
 * those that have ended. What is out of reach stays as it was seen last; the next tick looks again.
 */
export async function followRuns(context: Context): Promise<void> {
  const followed = [...(await findOpenRotations(context.db)), ...(await findAbandonedRotations(context.db))]
  for (const rotation of followed) {
    try {
      for (const run of rotation.runs.filter(isRunning)) await followRun(context, rotation, run)
      await checkAfterRun(context, rotation)
    } catch (error) {
      context.log.warn({ error, rotation: rotation.id }, 'runs could not be followed')
    }
  }
}

async function followRun(context: Context, rotation: Rotation, run: Run): Promise<void> {
  const seen = await context.ci.findRun(run.kind, runMark(rotation.id, run.attempt), run.requestedAt)
  const at = context.clock.now()
  if (!seen) {
    if (isLost(run, at)) await change(context, rotation.id, (now) => loseRun(now, run, at))
    return
  }
  // Versions first, so that the end of the run is told together with what it achieved.
  if (run.kind === 'rotate') {
    const names = rotation.tokens.map((token) => token.secret)
    await observeSecrets(context, rotation.id, await readSecrets(context, names))
  }
  await change(context, rotation.id, (now) => observeRun(now, run, seen, at))
}

/** People may have closed the modal: the results are there when they come back. */
async function checkAfterRun(context: Context, rotation: Rotation): Promise<void> {
  const step = STEP_OF_RUN.rotate
  const run = latestRun(rotation, 'rotate')
  if (!run || isRunning(run) || !openSteps(rotation).includes(step)) return
  const ended = (await findRotationEvents(context.db, rotation.id)).findLast(
    (event) => event.type === 'run-finished' && event.data.kind === 'rotate',
  )
  const { checks } = await describeRotation(context, context.db, rotation)
  if (checks.some((result) => result.step === step && result.startedAt >= (ended?.at ?? ''))) return
  await runChecks(context, rotation.id, step, BOT_ACTOR)
}
