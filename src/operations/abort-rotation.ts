import { abortRotation as decide } from '#domain/rotation/abort-rotation'
import type { Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { decided } from './decided.ts'

/**
 * Aborts a rotation, with a log entry and a ticket report.
 *
 * @throws Refusal as the decision `abortRotation`
 */
export function abortRotation(
  context: Context,
  rotationId: number,
  by: string,
  reason: string,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    (rotation) => decide(rotation, by, at, reason),
    (saved, db) => decided(context, saved, 'aborted', at, db),
  )
}
