import type { Instant } from '#domain/rotation/rotation'
import { recordRows } from '../followed-rows.ts'
import type { Db, ReadDb, Row } from '../schema.ts'

export type Message = Row<'messages'>

/** Where a rotation's message is in Slack; undefined before it was posted. */
export const findMessage = (
  db: ReadDb,
  rotationId: number,
  kind: 'card' | 'notice' | `line:${string}`,
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

/** Saves where a message was posted; replaces an earlier place. */
export async function setMessage(tx: Db, message: Message, at: Instant): Promise<void> {
  await tx
    .insertInto('messages')
    .values(message)
    .onConflict((oc) =>
      oc
        .columns(['rotationId', 'kind'])
        .doUpdateSet({ channel: message.channel, ts: message.ts, permalink: message.permalink }),
    )
    .execute()
  await recordRows(tx, 'messages', [message], at)
}
