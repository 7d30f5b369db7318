import { findRevocations, setRevocation } from '#db/queries/revocations'
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
  return change(context, rotationId, async (rotation, tx) => {
    const known = await findRevocations(tx, rotationId)
    const { decision, resolved } = decide(rotation, known, { ...given, at })
    for (const row of resolved) await setRevocation(tx, row)
    return decision
  })
}
