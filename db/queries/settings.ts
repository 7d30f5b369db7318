import type { Instant } from '#domain/rotation/rotation'
import { recordRows } from '../followed-rows.ts'
import type { Db, ReadDb } from '../schema.ts'
import { inTransaction } from '../transaction.ts'

/** A stored value, or undefined. */
export async function findSetting<T>(db: ReadDb, key: string): Promise<T | undefined> {
  const row = await db.selectFrom('settings').select('valueJson').where('key', '=', key).executeTakeFirst()
  return row && (JSON.parse(row.valueJson) as T)
}

/** Stores a setting that is part of the record. */
export const setFollowedSetting = (db: Db, key: string, value: unknown, at: Instant): Promise<void> =>
  inTransaction(db, async (tx) => {
    await setSetting(tx, key, value)
    await recordRows(tx, 'settings', [{ key, valueJson: JSON.stringify(value) }], at)
  })

/** As `insertSetting`, for one that is part of the record. */
export const insertFollowedSetting = (db: Db, key: string, value: unknown, at: Instant): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const isNew = await insertSetting(tx, key, value)
    if (isNew) await recordRows(tx, 'settings', [{ key, valueJson: JSON.stringify(value) }], at)
    return isNew
  })

/** Stores what was read last: one of `READINGS`. */
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
