import { checksOf } from '#checks/index'
import { findCurrentChecks } from '#db/queries/checks'
import type { Rotation } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { openSteps } from '#domain/rotation/turn'
import type { Context } from '#src/context'
import { runChecks } from './run-checks.ts'

/** Runs the checks that must be passed or overridden before a step's run starts, where they have no result yet. */
export async function runGuards(
  context: Context,
  rotation: Rotation,
  step: StepId,
  by: string,
): Promise<void> {
  if (!openSteps(rotation).includes(step)) return
  const guards = checksOf(rotation, context.config.environments, step).filter((check) => check.guards)
  if (guards.length === 0) return
  const results = await findCurrentChecks(context.db, rotation)
  for (const { id, environment } of guards)
    if (environment !== undefined && !results.some((each) => each.check === id))
      await runChecks(context, rotation, step, by, { environment })
}
