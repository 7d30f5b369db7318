import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseBusy, withBusyLimit } from '#db/busy'
import { openDatabase } from '#db/open-database'
import { findSetting, setSetting } from '#db/queries/settings'
import type { Db } from '#db/schema'
import { type DatabaseLock, lockDatabase } from '#test/support/database-lock'

describe('a database whose write lock another process holds', () => {
  let folder: string
  let db: Db
  let lock: DatabaseLock
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-busy-'))
    const file = join(folder, 'rotation.db')
    db = await openDatabase(file)
    await setSetting(db, 'known', 1)
    lock = await lockDatabase(file)
  })
  afterEach(async () => {
    await lock.release()
    await db.destroy()
    rmSync(folder, { recursive: true, force: true })
  })

  const write = (key: string) => db.transaction().execute((tx) => setSetting(tx, key, 1))

  it('is read, and lets the process go on, while writes wait', async () => {
    const writing = [write('in-a-transaction'), setSetting(db, 'alone', 1)]
    // Timers fire meanwhile: the process is not blocked.
    for (let tick = 0; tick < 20; tick += 1) {
      await sleep(10)
      expect(await findSetting(db, 'known')).toBe(1)
    }
    await lock.release()
    await Promise.all(writing)
    expect(await findSetting(db, 'in-a-transaction')).toBe(1)
    expect(await findSetting(db, 'alone')).toBe(1)
  })

  it('never waits inside SQLite, which would block the process', async () => {
    const { rows } = await sql<{ timeout: number }>`pragma busy_timeout`.execute(db)
    expect(rows).toEqual([{ timeout: 0 }])
  })

  it.each([
    ['a transaction', () => write('refused')],
    ['a statement', () => setSetting(db, 'refused', 1)],
  ])('refuses %s that may wait no longer, and takes the next once it is free', async (_, act) => {
    await expect(withBusyLimit({ ms: 60, until: null }, act)).rejects.toThrow(DatabaseBusy)
    await expect(withBusyLimit({ ms: 60_000, until: Date.now() + 60 }, act)).rejects.toThrow(DatabaseBusy)
    await lock.release()
    expect(await findSetting(db, 'refused')).toBeUndefined()
    await act()
    expect(await findSetting(db, 'refused')).toBe(1)
  })

  it('keeps the statements of others out of a transaction', async () => {
    await lock.release()
    const both = Promise.withResolvers<void>()
    const failing = db.transaction().execute(async (tx) => {
      await setSetting(tx, 'rolled-back', 1)
      await both.promise
      throw new Error('rolled back')
    })
    const alone = setSetting(db, 'kept', 1)
    both.resolve()
    await expect(failing).rejects.toThrow('rolled back')
    await alone
    expect(await findSetting(db, 'rolled-back')).toBeUndefined()
    expect(await findSetting(db, 'kept')).toBe(1)
  })
})
