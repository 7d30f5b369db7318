import { findRevocations } from '#db/queries/revocations'
import { recordRevocations as decide, type RevocationRecord } from '#domain/revocations/record-revocations'
import type { Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { change } from './change.ts'

/**
 * Records a person's statement that old versions are revoked. The caller must have checked that they may operate.
 *
 * @throws Refusal as the decision `recordRevocations`
 */
export function recordRevocations(
  context: Context,
  rotationId: number,
  given: Omit<RevocationRecord, 'at'>,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(context, rotationId, async (rotation, db) => {
    const known = await findRevocations(db, rotationId)
    const { decision, resolved: updated } = decide(rotation, known, { ...given, at })
    return { ...decision, revocations: { updated } }
  })
}
