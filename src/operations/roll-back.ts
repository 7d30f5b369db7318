import { findRevocations } from '#db/queries/revocations'
import { type RollbackRequest, requestRollback } from '#domain/rotation/rollback'
import type { Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { change } from './change.ts'

/**
 * Takes tokens back to their old versions. The caller must have checked the permission.
 *
 * @throws Refusal as the decision `requestRollback`
 */
export function rollBack(
  context: Context,
  rotationId: number,
  given: Omit<RollbackRequest, 'at'>,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(context, rotationId, async (rotation, db) =>
    requestRollback(rotation, await findRevocations(db, rotationId), { ...given, at }),
  )
}
