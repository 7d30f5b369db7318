import type { Db, ReadDb } from '../schema.ts'

/** Slack does not report when a person closes the App Home; after this long it counts as closed. */
const OPEN_FOR_MS = 3 * 60 * 60_000
/** Slack limits how often views are published, so only the newest viewers are updated. */
const MOST = 50

/** @param openedAt the machine's time in ms */
export async function setHomeViewer(tx: Db, userId: string, openedAt: number): Promise<void> {
  await tx
    .insertInto('homeViewers')
    .values({ userId, openedAt })
    .onConflict((oc) => oc.column('userId').doUpdateSet({ openedAt }))
    .execute()
}

/** Whether a person has opened it since. @param since the machine's time in ms */
export async function isHomeViewer(db: ReadDb, userId: string, since: number): Promise<boolean> {
  const row = await db
    .selectFrom('homeViewers')
    .select('userId')
    .where('userId', '=', userId)
    .where('openedAt', '>', since)
    .executeTakeFirst()
  return row !== undefined
}

/** Who may have the App Home open. @param now the machine's time in ms */
export async function findHomeViewers(db: ReadDb, now: number): Promise<string[]> {
  const rows = await db
    .selectFrom('homeViewers')
    .select('userId')
    .where('openedAt', '>', now - OPEN_FOR_MS)
    .orderBy('openedAt', 'desc')
    .limit(MOST)
    .execute()
  return rows.map((row) => row.userId)
}

/** Removes a person to whom no view can be published. */
export async function deleteHomeViewer(tx: Db, userId: string): Promise<void> {
  await tx.deleteFrom('homeViewers').where('userId', '=', userId).execute()
}
