import type { RunKind } from '#domain/rotation/rotation'
import type { Db, Row } from '../schema.ts'

export type Message = Row<'messages'>

/** Where a rotation's message is in Slack; undefined before it was posted. */
export const findMessage = (
  db: Db,
  rotationId: number,
  kind: 'card' | 'notice' | `progress:${RunKind}:${number}`,
): Promise<Message | undefined> =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('rotationId', '=', rotationId)
    .where('kind', '=', kind)
    .executeTakeFirst()

/** Stores where a message is, replacing an earlier place. */
export async function setMessage(tx: Db, message: Message): Promise<void> {
  await tx
    .insertInto('messages')
    .values(message)
    .onConflict((oc) =>
      oc
        .columns(['rotationId', 'kind'])
        .doUpdateSet({ channel: message.channel, ts: message.ts, permalink: message.permalink }),
    )
    .execute()
}
