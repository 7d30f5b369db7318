import type { RotationEvent } from '#domain/rotation/events'
import type { ReadDb } from '../schema.ts'
import { toEvent } from './events.ts'

/** The events about signatures that wait for a confirmation, of several rotations, in order. */
export async function findConfirmationEvents(db: ReadDb, rotationIds: number[]): Promise<RotationEvent[]> {
  if (rotationIds.length === 0) return []
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('rotationId', 'in', rotationIds)
    .where('type', 'in', ['confirmation-requested', 'confirmation-refused'])
    .orderBy('count')
    .execute()
  return rows.map(toEvent)
}
