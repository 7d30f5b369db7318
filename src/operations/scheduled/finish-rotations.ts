import { findRevocations } from '#db/queries/revocations'
import { findRetiringRotations, findRotation } from '#db/queries/rotations'
import { completeRotation, unseenTokens } from '#domain/rotation/complete-rotation'
import { change } from '#operations/change'
import { decided } from '#operations/decided'
import { observeSecrets } from '#operations/readings/observe-secrets'
import { readSecrets, unlessChanged } from '#operations/readings/read-secrets'
import type { Context } from '#src/context'

/** Completes the rotations whose every old version is revoked; enqueues the log entry, which the notice follows. */
export async function finishRotations(context: Context): Promise<void> {
  for (const id of await findRetiringRotations(context.db)) {
    const at = context.clock.now()
    try {
      await readUnseen(context, id)
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

/** Reads the tokens again that nobody saw rotated, such as those that could not be read: their old versions must be tracked first. */
async function readUnseen(context: Context, id: number): Promise<void> {
  const rotation = await findRotation(context.db, id)
  if (!rotation) return
  const unseen = unseenTokens(rotation, await findRevocations(context.db, id))
  if (unseen.length === 0) return
  const names = unseen.map((token) => token.secret)
  await observeSecrets(context, id, await readSecrets(context, names, unlessChanged))
}
