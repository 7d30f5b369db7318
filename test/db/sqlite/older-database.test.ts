import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseProblem } from '#db/database-problem'
import { openDatabase } from '#db/open-database'
import { removeDatabase } from '#db/remove-database'
import { TEAM } from '#sandbox/demo-users'

describe('a database from before 0.2.0', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-db-'))
    file = join(folder, 'rotation.db')
    const db = new Database(file)
    db.exec('create table kysely_migration (name text primary key, timestamp text)')
    db.exec("insert into kysely_migration values ('2026-11-23-first-tables', '2026-11-23T09:00:00.000Z')")
    db.exec('create table settings (key text, "valueJson" text)')
    db.prepare('insert into settings values (?, ?)').run('workspace', JSON.stringify(TEAM.id))
    db.close()
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is refused with the way to start over, and left as it is', async () => {
    const before = readFileSync(file)
    await expect(openDatabase(file)).rejects.toThrow(DatabaseProblem)
    await expect(openDatabase(file)).rejects.toThrow(/version before 0\.2\.0.*npm start -- --fresh/)
    const db = new Database(file, { readonly: true })
    expect(db.prepare('select count(*) from settings').pluck().get()).toBe(1)
    db.close()
    expect(readFileSync(file).length).toBeGreaterThanOrEqual(before.length)
  })

  it('may be started over', async () => {
    await removeDatabase(file, TEAM.id)
    expect(() => readFileSync(file)).toThrow('ENOENT')
  })
})
