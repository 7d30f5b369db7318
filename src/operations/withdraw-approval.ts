import { withdrawApproval as decide, type Withdrawal } from '#domain/rotation/promotion'
import type { Rotation } from '#domain/rotation/rotation'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { decided } from './decided.ts'

/**
 * Takes both approvals back while environments are promoted. The caller has made sure that the person holds the role.
 *
 * @throws Refusal as the decision `withdrawApproval`
 */
export function withdrawApproval(
  context: Context,
  rotationId: number,
  request: Omit<Withdrawal, 'at' | 'digest'>,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    (rotation) => decide(rotation, { ...request, at, digest: signOffDigest(rotation) }),
    (saved, tx) => decided(context, saved, 'withdrawn', at, tx),
  )
}
