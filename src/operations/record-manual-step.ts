import { findCurrentChecks } from '#db/queries/checks'
import { recordException } from '#domain/rotation/record-exception'
import type { Exception, Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { change } from './change.ts'

/**
 * Overrides a check with a documented manual step, recorded as an exception.
 *
 * @throws Refusal as the decision `recordException`
 */
export function recordManualStep(
  context: Context,
  rotationId: number,
  given: Omit<Exception, 'step' | 'title' | 'round' | 'at'>,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(context, rotationId, async (rotation, db) => {
    const results = await findCurrentChecks(db, rotation)
    return recordException(
      rotation,
      { ...given, at },
      results.find((each) => each.check === given.check),
    )
  })
}
