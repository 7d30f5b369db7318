import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyDatabase } from '#db/copy-database'
import { openDatabase } from '#db/open-database'
import { findChainHead } from '#db/queries/events'
import { findRotations } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { dropTrigger, makePostgresDatabase, type TestDatabase } from '#test/support/databases'
import { makePastRotations } from '#test/support/past-rotations'

const ROTATIONS = [1, 2, 3]

describe('a copy', () => {
  let folder: string
  let file: string
  let made: TestDatabase
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-copy-'))
    file = join(folder, 'rotation.db')
    made = await makePostgresDatabase(null)
    await using(file, (db) => makePastRotations(db, { rotations: 3, events: 1_300, jobs: 700 }))
  })
  afterEach(async () => {
    await made.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  async function using<T>(database: string, work: (db: Db) => Promise<T>): Promise<T> {
    const db = await openDatabase(database)
    try {
      return await work(db)
    } finally {
      await db.destroy()
    }
  }
  const everything = (database: string) =>
    using(database, async (db) => ({
      head: await findChainHead(db),
      rotations: await findRotations(db, ROTATIONS),
      jobs: await db.selectFrom('outboxJobs').selectAll().orderBy('id').execute(),
      revocations: await db.selectFrom('revocations').selectAll().orderBy('id').execute(),
    }))
  const insertSnooze = (db: Db) =>
    db
      .insertInto('snoozes')
      .values({ ...{ kind: 'due', subject: 'x', until: 'x', reason: 'x', userId: 'U0A', at: 'x' } })
      .returning('id')
      .executeTakeFirstOrThrow()

  it('from SQLite to PostgreSQL and back has everything, and gives no id twice', async () => {
    // The last one was removed: its id is not given again.
    await using(file, async (db) => {
      const { id } = await insertSnooze(db)
      expect(id).toBe(1)
      await db.deleteFrom('snoozes').execute()
    })
    const before = await everything(file)
    expect(before.jobs).toHaveLength(700)
    expect(await copyDatabase(file, made.database)).toMatchObject({ tables: 27, events: 1_300 })
    expect(await everything(made.database)).toEqual(before)
    expect((await using(made.database, insertSnooze)).id).toBe(2)

    const back = join(folder, 'back.db')
    await copyDatabase(made.database, back)
    expect(await everything(back)).toEqual(before)
    expect((await using(back, insertSnooze)).id).toBe(3)
  })

  it('is counted for PostgreSQL, which otherwise reads whole tables at first', async () => {
    await copyDatabase(file, made.database)
    const counted = await using(made.database, (db) =>
      sql<{ name: string; rows: number }>`select relname as name, reltuples as rows from pg_class
        where relname in ('events', 'outbox_jobs', 'rotations') order by relname`.execute(db),
    )
    expect(counted.rows).toEqual([
      { name: 'events', rows: 1_300 },
      { name: 'outbox_jobs', rows: 700 },
      { name: 'rotations', rows: 3 },
    ])
  })

  it('is refused where the target has rows, which stay', async () => {
    await using(made.database, insertSnooze)
    await expect(copyDatabase(file, made.database)).rejects.toThrow('target is not empty: its table snoozes')
    expect(await using(made.database, (db) => db.selectFrom('rotations').select('id').execute())).toEqual([])
  })

  it('of an altered history is refused, and leaves the target empty', async () => {
    await using(file, async (db) => {
      await dropTrigger(db, 'events_no_update', 'sqlite')
      await db.updateTable('events').set({ actor: 'U0X' }).where('count', '=', 700).execute()
    })
    await expect(copyDatabase(file, made.database)).rejects.toThrow('event 700 was altered')
    expect(await using(made.database, (db) => db.selectFrom('rotations').select('id').execute())).toEqual([])
  })
})
