import { handOff as decide } from '#domain/rotation/hand-off'
import type { Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { change } from './change.ts'

/**
 * Gives the rotation to another owner. The caller must have checked that the new owner may operate.
 *
 * @throws Refusal as the decision `handOff`
 */
export function handOff(
  context: Context,
  rotationId: number,
  request: { by: string; to: string; reason: string },
): Promise<Rotation> {
  const at = context.clock.now()
  return change(context, rotationId, (rotation) =>
    decide(rotation, request.by, at, request.to, request.reason),
  )
}
