import { BOT_ACTOR } from '#domain/rotation/events'
import {
  FOLLOWED_TABLES,
  type FollowedRow,
  type FollowedTable,
  isFollowed,
  rowDigest,
  rowKey,
  type StoredRow,
} from '#domain/rotation/followed-rows'
import type { Instant } from '#domain/rotation/rotation'
import { insertEvents } from './queries/events.ts'
import type { Db, ReadDb } from './schema.ts'
import { inTransaction } from './transaction.ts'

const ROWS_AT_ONCE = 1_000

/** Appends what rows hold from here on to the history, in the transaction that wrote them. */
export const recordRows = (tx: Db, table: FollowedTable, rows: StoredRow[], at: Instant): Promise<void> =>
  append(
    tx,
    table,
    rows.map((row) => ({ key: rowKey(table, row), digest: rowDigest(table, row) })),
    at,
  )

async function append(tx: Db, table: FollowedTable, rows: FollowedRow[], at: Instant): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    await insertEvents(tx, [
      {
        type: 'rows-recorded',
        rotationId: null,
        actor: BOT_ACTOR,
        at,
        data: { table, rows: rows.slice(from, from + ROWS_AT_ONCE) },
      },
    ])
}

/** Begins to follow tables that an earlier version did not: their rows count as they are now. Does nothing at later starts. */
export async function followTables(db: Db, at: Instant): Promise<void> {
  await inTransaction(db, async (tx) => {
    const known = await findFollowedTables(tx)
    const added = FOLLOWED_TABLES.filter((table) => !known.has(table))
    if (added.length === 0) return
    for (const table of added) await recordRows(tx, table, await findRows(tx, table), at)
    await insertEvents(tx, [
      { type: 'tables-followed', rotationId: null, actor: BOT_ACTOR, at, data: { tables: added } },
    ])
  })
}

/** The rows of a table that are followed. */
export async function findRows(db: ReadDb, table: FollowedTable): Promise<StoredRow[]> {
  const rows: StoredRow[] = await db.selectFrom(table).selectAll().execute()
  return rows.filter((row) => isFollowed(table, row))
}

async function findFollowedTables(db: ReadDb): Promise<Set<FollowedTable>> {
  const rows = await db
    .selectFrom('events')
    .select('dataJson')
    .where('rotationId', 'is', null)
    .where('type', '=', 'tables-followed')
    .execute()
  return new Set(rows.flatMap(({ dataJson }) => (JSON.parse(dataJson) as { tables: FollowedTable[] }).tables))
}
