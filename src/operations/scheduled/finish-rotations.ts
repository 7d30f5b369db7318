import { findRevocations } from '#db/queries/revocations'
import { findRetiringRotations } from '#db/queries/rotations'
import { completeRotation } from '#domain/rotation/complete-rotation'
import { change } from '#operations/change'
import { decided } from '#operations/decided'
import type { Context } from '#src/context'

/** Completes the rotations whose every old version is revoked; enqueues the log entry, which the notice follows. */
export async function finishRotations(context: Context): Promise<void> {
  for (const id of await findRetiringRotations(context.db)) {
    const at = context.clock.now()
    try {
      await change(
        context,
        id,
        async (rotation, tx) => completeRotation(rotation, await findRevocations(tx, id), at),
        (saved, tx) => decided(context, saved, 'completed', at, tx),
      )
    } catch (error) {
      context.log.error(
        { error, rotation: id },
        'a rotation could not be completed; the next tick tries again',
      )
    }
  }
}
