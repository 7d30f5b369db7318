import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupDatabase, findDamage, listBackups } from '#db/backup-database'
import { DatabaseProblem } from '#db/database-problem'
import { databaseRecords } from '#db/database-records'
import { openDatabase } from '#db/open-database'
import { findEvents, insertEvents } from '#db/queries/events'
import { insertRotationRow } from '#db/queries/rotations'
import { setSetting } from '#db/queries/settings'
import type { Db } from '#db/schema'
import { GENESIS } from '#domain/rotation/event-chain'
import { NotReadable } from '#domain/tokens/secret'

describe('a backup', () => {
  let folder: string
  let file: string
  let db: Db
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-backup-'))
    file = join(folder, 'rotation.db')
    db = await openDatabase(file)
    await setSetting(db, 'seen', 'before')
  })
  afterEach(async () => {
    await db.destroy()
    rmSync(folder, { recursive: true, force: true })
  })

  const backups = () => join(folder, 'backups')
  const backup = (at: string, keep = 14) => backupDatabase(file, { folder: backups(), keep, at })
  const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T09:30:00.000Z`

  it('is one whole file with everything that was committed, made while the bot writes', async () => {
    const path = await backup(at(23))
    expect(readdirSync(backups())).toEqual(['rotation-2026-11-23T09-30-00Z.db'])
    await setSetting(db, 'seen', 'after')
    const copy = await openDatabase(path)
    expect(await copy.selectFrom('settings').selectAll().execute()).toEqual([
      { key: 'seen', valueJson: '"before"' },
    ])
    await copy.destroy()
  })

  it('leaves the newest ones, and files that are none', async () => {
    await backup(at(1))
    writeFileSync(join(backups(), 'notes.txt'), 'keep me')
    for (const day of [2, 3, 4]) await backup(at(day), 2)
    expect(listBackups(backups()).map((each) => each.at)).toEqual([at(4), at(3)])
    expect(existsSync(join(backups(), 'notes.txt'))).toBe(true)
  })

  it('of what is no database is refused, leaves nothing behind and removes no older one', async () => {
    await backup(at(1))
    const broken = join(folder, 'broken.db')
    writeFileSync(broken, 'this is no database, but long enough to look like one\n'.repeat(99))
    for (const source of [broken, join(folder, 'missing.db')])
      await expect(backupDatabase(source, { folder: backups(), keep: 1, at: at(2) })).rejects.toThrow(
        DatabaseProblem,
      )
    expect(readdirSync(backups())).toEqual(['rotation-2026-11-01T09-30-00Z.db'])
  })

  it('is read back with its age and what is wrong with it', async () => {
    const records = databaseRecords(file, backups())
    expect(await records.readNewestBackup()).toBeNull()
    await backup(at(1))
    const path = await backup(at(2))
    expect(await records.readNewestBackup()).toEqual({
      file: 'rotation-2026-11-02T09-30-00Z.db',
      at: at(2),
      isVerified: true,
      problem: null,
    })
    truncateSync(path, Math.floor(readFileSync(path).length / 2))
    expect((await records.readNewestBackup())?.problem).toEqual(expect.any(String))
    writeFileSync(path, '')
    expect((await records.readNewestBackup())?.problem).toEqual(expect.any(String))
  })
})

describe('looking at the database', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-records-'))
    file = join(folder, 'rotation.db')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('does not make one', async () => {
    const records = databaseRecords(file, null)
    expect(await records.inspect()).toMatchObject({ exists: false, writeProblem: null })
    await expect(records.verifyHistory([])).rejects.toThrow(NotReadable)
    await expect(records.verifyHistory([])).rejects.toThrow(/There is no database .* yet/)
    expect(readdirSync(folder)).toEqual([])
    writeFileSync(join(folder, 'file'), '')
    const below = databaseRecords(join(folder, 'file', 'deeper', 'rotation.db'), null)
    expect((await below.inspect()).writeProblem).toMatch(/file is not a folder$/)
  })

  it('changes nothing, and sees what was committed', async () => {
    const db = await openDatabase(file)
    const records = databaseRecords(file, null)
    const before = await db.selectFrom('events').selectAll().execute()
    const seen = await records.inspect()
    expect(seen).toMatchObject({ writeProblem: null })
    expect(seen.bytes).toBeGreaterThan(0)
    expect(seen.kind === 'file' && seen.freeBytes).toBeGreaterThan(0)
    expect(await records.findDamage()).toBeNull()
    expect(await db.introspection.getTables()).not.toContainEqual(
      expect.objectContaining({ name: expect.stringContaining('doctor') }),
    )
    expect(await db.selectFrom('events').selectAll().execute()).toEqual(before)
    expect(await records.verifyHistory([])).toEqual({ head: GENESIS, problem: null })
    expect(await records.findLastDone('log-entry')).toBeNull()
    await db.destroy()
  })

  it('waits for a lock that this very process holds, and says who has it too long', async () => {
    const db = await openDatabase(file)
    const records = databaseRecords(file, null)
    /** Holds the lock until the returned function is called. */
    const hold = async () => {
      const [held, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const writing = db.transaction().execute(async (tx) => {
        await setSetting(tx, 'held', true)
        held.resolve()
        await gate.promise
      })
      await held.promise
      return async () => {
        gate.resolve()
        await writing
      }
    }
    const release = await hold()
    const looked = records.inspect()
    setTimeout(release, 300)
    expect((await looked).writeProblem).toBeNull()

    const releaseLate = await hold()
    expect((await records.inspect()).writeProblem).toContain('locked')
    await releaseLate()
    await db.destroy()
  })

  it('verifies the history as it was written', async () => {
    const db = await openDatabase(file)
    const event = { rotationId: 1, actor: 'bot', at: '2026-11-23T09:00:00.000Z' }
    const common = { trigger: 'manual', severity: null, reason: 'x', ownerId: 'U1', openedAt: event.at }
    await insertRotationRow(db, { ...common, version: 1, status: 'open', round: 1 })
    await insertEvents(db, [{ ...event, type: 'rotation-approved', data: { tokens: 9 } }])
    const [written] = await findEvents(db)
    const head = { count: 1, hash: written?.hash ?? '' }
    const records = databaseRecords(file, null)
    expect(await records.verifyHistory([head])).toEqual({ head, problem: null })
    expect((await records.verifyHistory([{ ...head, count: 2 }])).problem).toContain('event 2 was witnessed')
    await db.destroy()
  })

  it('finds damage', async () => {
    const db = await openDatabase(file)
    for (let n = 0; n < 500; n += 1) await setSetting(db, `key ${n}`, 'x'.repeat(200))
    await db.destroy()
    const bytes = readFileSync(file)
    bytes.fill(0x5a, Math.floor(bytes.length * 0.6), Math.floor(bytes.length * 0.9))
    writeFileSync(file, bytes)
    const damage = await databaseRecords(file, null)
      .findDamage()
      .catch((error: unknown) => String(error))
    expect(damage).toEqual(expect.any(String))
    expect(() => findDamage(join(folder, 'missing.db'))).toThrow()
  })
})
