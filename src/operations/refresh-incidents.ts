import { insertEffects } from '#db/queries/effects'
import { findOpenRotations } from '#db/queries/rotations'
import { cardEditEffect } from '#effects/queue'
import { isIncident } from '#rotation/rotation'
import type { Context } from '#src/context'

/** An incident's card says for how long it has been running; every minute it is drawn again. */
export async function refreshIncidents(context: Context): Promise<void> {
  const now = context.clock.now()
  const minute = now.slice(0, 16)
  const incidents = (await findOpenRotations(context.db)).filter(isIncident)
  const edits = incidents.map((rotation) => cardEditEffect(rotation.id, `minute:${minute}`))
  await insertEffects(context.db, edits, now)
  if (edits.length > 0) context.outbox.wake()
}
