import type { Instant } from '#domain/rotation/rotation'
import { recordRows } from '../followed-rows.ts'
import type { Db, ReadDb, Row } from '../schema.ts'

export type Message = Row<'messages'>

/** A message that was just posted; what it shows is unknown where it is left out. */
export type Posted = Omit<Message, 'shown'> & Partial<Pick<Message, 'shown'>>

/** Where a rotation's message is in Slack; undefined before it was posted. */
export const findMessage = (
  db: ReadDb,
  rotationId: number,
  kind: 'card' | 'notice' | 'approval' | `break-glass:${number}` | `line:${string}`,
): Promise<Message | undefined> =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('rotationId', '=', rotationId)
    .where('kind', '=', kind)
    .executeTakeFirst()

/** The posted cards of several rotations, by rotation id. */
export async function findCards(db: ReadDb, rotationIds: number[]): Promise<Map<number, Message>> {
  if (rotationIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .where('rotationId', 'in', rotationIds)
    .where('kind', '=', 'card')
    .execute()
  return new Map(rows.map((row) => [row.rotationId, row]))
}

/** Saves where a message was posted, and what it shows; replaces an earlier place. */
export async function setMessage(tx: Db, message: Posted, at: Instant): Promise<void> {
  const { channel, ts, permalink, shown = null } = message
  await tx
    .insertInto('messages')
    .values(message)
    .onConflict((oc) => oc.columns(['rotationId', 'kind']).doUpdateSet({ channel, ts, permalink, shown }))
    .execute()
  await recordRows(tx, 'messages', [message], at)
}

/** Saves what a message shows after an edit. */
export async function setShown(tx: Db, { rotationId, kind }: Message, shown: string | null): Promise<void> {
  await tx
    .updateTable('messages')
    .set({ shown })
    .where('rotationId', '=', rotationId)
    .where('kind', '=', kind)
    .execute()
}
