import { checksOf } from '#checks/index'
import { findCurrentChecks } from '#db/queries/checks'
import type { Rotation } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { openSteps } from '#domain/rotation/turn'
import type { Context } from '#src/context'
import { runChecks } from './run-checks.ts'

/**
 * Runs the checks that must be passed or overridden before a step's run starts, where they have no result yet.
 *
 * @returns whether any ran, so that what was read before is out of date
 */
export async function runGuards(
  context: Context,
  rotation: Rotation,
  step: StepId,
  by: string,
): Promise<boolean> {
  if (!openSteps(rotation).includes(step)) return false
  const guards = checksOf(rotation, context.config.environments, step).filter((check) => check.guards)
  if (guards.length === 0) return false
  const results = await findCurrentChecks(context.db, rotation)
  const missing = guards.flatMap(({ id, environment }) =>
    environment !== undefined && !results.some((each) => each.check === id) ? [environment] : [],
  )
  for (const environment of missing) await runChecks(context, rotation, step, by, { environment })
  return missing.length > 0
}
