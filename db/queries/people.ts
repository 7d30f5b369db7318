import type { Db, ReadDb } from '../schema.ts'

/** Remembers how a person is called, as Slack last told. Writes only what is new: it stands before every answer. */
export async function rememberPerson(db: Db, userId: string, name: string): Promise<void> {
  const known = await db.selectFrom('people').select('name').where('userId', '=', userId).executeTakeFirst()
  if (known?.name === name) return
  await db
    .insertInto('people')
    .values({ userId, name })
    .onConflict((oc) => oc.column('userId').doUpdateSet({ name }))
    .execute()
}

/** The names of everybody who ever met the bot; an unknown id stands for itself. */
export async function findNames(db: ReadDb): Promise<(userId: string) => string> {
  const rows = await db.selectFrom('people').selectAll().execute()
  const names = new Map(rows.map((row) => [row.userId, row.name]))
  return (userId) => names.get(userId) ?? userId
}
