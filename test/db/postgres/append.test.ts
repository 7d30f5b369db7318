import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'
import { insertEvents } from '#db/queries/events'
import { insertRotationRow } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { inTransaction } from '#db/transaction'
import { makeDatabase, type TestDatabase } from '#test/support/databases'
import { OPENED, OPERATOR } from '#test/support/rotation-builder'

const EVENTS = 400
const AT_ONCE = 20

let made: TestDatabase
let db: Db
beforeEach(async () => {
  made = await makeDatabase()
  db = await openDatabase(made.database)
})
afterEach(async () => {
  await db.destroy()
  await made.remove()
})

/** How many rows of the history this transaction has read by reading the whole table. */
async function rowsScanned(tx: Db): Promise<number> {
  const { rows } = await sql<{ scanned: number }>`select coalesce(sum(seq_tup_read), 0)::int as scanned
    from pg_stat_xact_user_tables where relname = 'events'`.execute(tx)
  return rows[0]?.scanned ?? Number.NaN
}

it.each([
  ['that was never analyzed', false],
  ['whose statistics are new', true],
])('appends to a history %s without reading it', async (_, isAnalyzed) => {
  const rotationId = await insertRotationRow(db, {
    ...{ version: 1, status: 'open', trigger: 'manual', reason: '', ownerId: OPERATOR },
    ...{ openedAt: OPENED, round: 1 },
  })
  const append = (tx: Db) =>
    insertEvents(
      tx,
      Array.from({ length: AT_ONCE }, (_, tokens) => ({
        ...{ type: 'rotation-approved' as const, rotationId, actor: 'bot', at: OPENED, data: { tokens } },
      })),
    )
  const appendAll = async (tx: Db) => {
    for (let count = 0; count < EVENTS; count += AT_ONCE) await append(tx)
    return rowsScanned(tx)
  }
  if (isAnalyzed) {
    await inTransaction(db, appendAll)
    await sql`analyze events`.execute(db)
  }
  // A scan for each event would read some 80,000 rows, or more.
  expect(await inTransaction(db, appendAll)).toBeLessThan(EVENTS)
})
