import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databaseRecords } from '#db/database-records'
import { openDatabase } from '#db/open-database'
import { findChainHead, findEvents, insertEvents } from '#db/queries/events'
import { insertRotationRow } from '#db/queries/rotations'
import { inTransaction } from '#db/transaction'
import { findChainBreak } from '#domain/rotation/event-chain'
import { makePostgresDatabase, type TestDatabase } from '#test/support/databases'
import { OPENED, OPERATOR } from '#test/support/rotation-builder'

describe('a dump of PostgreSQL', () => {
  let folder: string
  let made: TestDatabase
  let empty: TestDatabase
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-dumps-'))
    made = await makePostgresDatabase()
    empty = await makePostgresDatabase(null)
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true })
    await made.remove()
    await empty.remove()
  })

  it('is the newest backup that the doctor sees, and has the whole history when it is restored', async () => {
    const db = await openDatabase(made.database, { poolSize: 2 })
    const rotationId = await insertRotationRow(db, {
      ...{ version: 1, status: 'open', trigger: 'manual', reason: '', ownerId: OPERATOR },
      ...{ openedAt: OPENED, round: 1 },
    })
    await inTransaction(db, (tx) =>
      insertEvents(tx, [
        { type: 'rotation-approved', rotationId, actor: 'bot', at: OPENED, data: { tokens: 1 } },
      ]),
    )
    const head = await findChainHead(db)
    await db.destroy()
    const records = databaseRecords(made.database, folder)
    expect(await records.readNewestBackup()).toBeNull()
    const file = 'rotation-2026-11-28T09-00-00Z.dump'
    execFileSync('pg_dump', ['--format=custom', `--file=${join(folder, file)}`, made.database])
    // One of a SQLite file that was used before.
    writeFileSync(join(folder, 'rotation-2026-11-29T09-00-00Z.db'), 'of another database')
    expect(await records.readNewestBackup()).toEqual({
      ...{ file, at: '2026-11-28T09:00:00.000Z', isVerified: false, problem: null },
    })

    execFileSync('pg_restore', [`--dbname=${empty.database}`, join(folder, file)])
    const restored = await openDatabase(empty.database, { poolSize: 2 })
    expect(await findChainHead(restored)).toEqual(head)
    expect(findChainBreak(await findEvents(restored))).toBeNull()
    await restored.destroy()
  })

  it('is not one when it has another format', async () => {
    writeFileSync(join(folder, 'rotation-2026-11-28T09-00-00Z.dump'), '-- PostgreSQL database dump')
    const newest = await databaseRecords(made.database, folder).readNewestBackup()
    expect(newest?.problem).toBe('it is no dump in the custom format of pg_dump')
  })
})
