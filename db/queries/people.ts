import type { Instant } from '#domain/rotation/rotation'
import { recordRows } from '../followed-rows.ts'
import type { Db, ReadDb } from '../schema.ts'
import { inTransaction } from '../transaction.ts'

/** Stores a person's name in Slack. Writes only changes, because it runs before every answer. */
export async function setPerson(db: Db, userId: string, name: string, at: Instant): Promise<void> {
  const known = await db.selectFrom('people').select('name').where('userId', '=', userId).executeTakeFirst()
  if (known?.name === name) return
  await inTransaction(db, async (tx) => {
    await tx
      .insertInto('people')
      .values({ userId, name })
      .onConflict((oc) => oc.column('userId').doUpdateSet({ name }))
      .execute()
    await recordRows(tx, 'people', [{ userId, name }], at)
  })
}

/** Names of everybody who has used the bot; an unknown id is its own name. */
export async function findNames(db: ReadDb): Promise<(userId: string) => string> {
  const rows = await db.selectFrom('people').selectAll().execute()
  const names = new Map(rows.map((row) => [row.userId, row.name]))
  return (userId) => names.get(userId) ?? userId
}
