import { findRotationEvents } from '#db/queries/events'
import type { ReadDb } from '#db/schema'
import { assertNotClosed, unchanged } from '#domain/rotation/decision'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { change } from './change.ts'

const ONCE_WITHIN_MS = 60_000

/** Whether the same person escalated within the last minute; a second click notifies nobody again. */
async function justEscalated(db: ReadDb, rotationId: number, by: string, at: Instant): Promise<boolean> {
  const events = await findRotationEvents(db, rotationId)
  const last = events.findLast((event) => event.type === 'escalated' && event.actor === by)
  return last !== undefined && Date.parse(at) - Date.parse(last.at) < ONCE_WITHIN_MS
}

/**
 * Notifies DevOps on-call in the rotation's thread at severity P1, at a person's request.
 *
 * @throws Refusal `rotation-closed`
 */
export function escalate(
  context: Context,
  rotationId: number,
  by: string,
  reason: string,
): Promise<Rotation> {
  const at = context.clock.now()
  return change(context, rotationId, async (rotation, db) => {
    assertNotClosed(rotation)
    if (await justEscalated(db, rotationId, by, at)) return unchanged(rotation)
    const { notifies } = rotation
    const data = { reason, cause: 'requested', occurrence: `${by}:${at}`, severity: 'P1', notifies } as const
    return {
      rotation: { ...rotation },
      events: [{ type: 'escalated', rotationId, actor: by, at, data }],
    }
  })
}
