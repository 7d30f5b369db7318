import type { Db, ReadDb } from '../schema.ts'

/** A stored value, or undefined. */
export async function findSetting<T>(db: ReadDb, key: string): Promise<T | undefined> {
  const row = await db.selectFrom('settings').select('valueJson').where('key', '=', key).executeTakeFirst()
  return row && (JSON.parse(row.valueJson) as T)
}

export async function setSetting(db: Db, key: string, value: unknown): Promise<void> {
  const valueJson = JSON.stringify(value)
  await db
    .insertInto('settings')
    .values({ key, valueJson })
    .onConflict((oc) => oc.column('key').doUpdateSet({ valueJson }))
    .execute()
}

/** @returns false when the key is set already */
export async function insertSetting(db: Db, key: string, value: unknown): Promise<boolean> {
  const inserted = await db
    .insertInto('settings')
    .values({ key, valueJson: JSON.stringify(value) })
    .onConflict((oc) => oc.column('key').doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

export async function removeSetting(db: Db, key: string): Promise<void> {
  await db.deleteFrom('settings').where('key', '=', key).execute()
}
