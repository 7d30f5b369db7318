import { CHECKS } from '#checks/index'
import { findRevocations } from '#db/queries/revocations'
import { extendRevocation as decideExtension, type Extension } from '#domain/revocations/extend-revocation'
import { forceRevocation as decideForce, type ForcedRevocation } from '#domain/revocations/force-revocation'
import type { CheckDefinition } from '#domain/rotation/checks'
import type { Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { change } from './change.ts'

/**
 * Revokes old versions although agents may still use them. The caller must have checked the permission.
 *
 * @throws Refusal as the decision `forceRevocation`
 */
export function forceRevocation(
  context: Context,
  rotationId: number,
  given: Omit<ForcedRevocation, 'at'>,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(context, rotationId, async (rotation, db) => {
    const { decision, updated } = decideForce(rotation, await findRevocations(db, rotationId), {
      ...given,
      at,
    })
    return { ...decision, revocations: { updated } }
  })
}

/**
 * Extends the deadline of a rotation's old versions. The caller must have checked the permission.
 *
 * @throws Refusal as the decision `extendRevocation`
 */
export function extendRevocation(
  context: Context,
  rotationId: number,
  given: Omit<Extension, 'at'>,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(context, rotationId, async (rotation, db) => {
    const known = await findRevocations(db, rotationId)
    const { decision, updated } = decideExtension(rotation, known, { ...given, at }, revocationCheck())
    return { ...decision, revocations: { updated } }
  })
}

/** Postponing a revocation is an exception from this check. */
function revocationCheck(): CheckDefinition {
  const found = CHECKS.find((check) => check.backs === 'revocation')
  if (!found) throw new TypeError('no check verifies revocations')
  return found
}
