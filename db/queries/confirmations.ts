import type { RotationEvent } from '#domain/rotation/events'
import type { Instant } from '#domain/rotation/rotation'
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

/** When exactly this was first shown to a person for a role; undefined when it never was. */
export async function findShownAt(
  db: ReadDb,
  shown: { rotationId: number; role: string; user: string; digest: string },
): Promise<Instant | undefined> {
  const row = await db
    .selectFrom('shownSignOffs')
    .select('at')
    .where('rotationId', '=', shown.rotationId)
    .where('digest', '=', shown.digest)
    .where('role', '=', shown.role)
    .where('userId', '=', shown.user)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst()
  return row?.at
}
