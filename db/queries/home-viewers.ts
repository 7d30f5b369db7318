import type { Db, ReadDb } from '../schema.ts'

/** Slack does not tell when somebody looks away; after this long they have, and draw it anew when they come back. */
const LOOKS_FOR_MS = 3 * 60 * 60_000
/** Slack limits how often views are published; the newest are the ones who look. */
const MOST = 50

/** Remembers that a person opened their App Home. @param openedAt the machine's time in milliseconds */
export async function setHomeViewer(tx: Db, userId: string, openedAt: number): Promise<void> {
  await tx
    .insertInto('homeViewers')
    .values({ userId, openedAt })
    .onConflict((oc) => oc.column('userId').doUpdateSet({ openedAt }))
    .execute()
}

/** Who may have their App Home open now. @param now the machine's time in milliseconds */
export async function findHomeViewers(db: ReadDb, now: number): Promise<string[]> {
  const rows = await db
    .selectFrom('homeViewers')
    .select('userId')
    .where('openedAt', '>', now - LOOKS_FOR_MS)
    .orderBy('openedAt', 'desc')
    .limit(MOST)
    .execute()
  return rows.map((row) => row.userId)
}

/** Forgets a person to whom nothing can be shown any more. */
export async function deleteHomeViewer(tx: Db, userId: string): Promise<void> {
  await tx.deleteFrom('homeViewers').where('userId', '=', userId).execute()
}
