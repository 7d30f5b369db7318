import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseProblem } from '#db/database-problem'
import { openDatabase } from '#db/open-database'
import { setSetting } from '#db/queries/settings'
import { COMPILE_CACHE } from '#test/support/compile-cache'

/** Opens the database in a process that is killed before it runs a statement with this text. */
const CHILD = `
import Database from 'better-sqlite3'
const [file, fatal] = process.argv.slice(1)
const prepare = Database.prototype.prepare
Database.prototype.prepare = function (statement) {
  if (statement.includes(fatal)) process.kill(process.pid, 'SIGKILL')
  return prepare.call(this, statement)
}
const { openDatabase } = await import('#db/open-database')
await (await openDatabase(file)).destroy()
`

describe('a migration that is interrupted', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-db-'))
    file = join(folder, 'rotation.db')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const onFile = <T>(act: (db: Database.Database) => T): T => {
    const db = new Database(file)
    try {
      return act(db)
    } finally {
      db.close()
    }
  }

  const made = () =>
    onFile((db) =>
      db
        .prepare<[], { name: string }>(
          "select name from sqlite_master where name not like 'kysely%' and name not like 'sqlite%'",
        )
        .all()
        .map((row) => row.name),
    )

  const migrateAndDie = async (fatal: string) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, file, fatal], {
      env: { ...process.env, ...COMPILE_CACHE },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code, signal] = await once(child, 'exit')
    return signal ?? code
  }

  const opens = async () => {
    const db = await openDatabase(file)
    await setSetting(db, 'workspace', 'T0FLASHFUSION')
    await db.destroy()
    expect(made()).toEqual(expect.arrayContaining(['rotations', 'events', 'events_only_append', 'people']))
  }

  it.each(['create table "rotations"', 'create table "events"', 'create trigger', 'create table "people"'])(
    'by a kill at “%s” leaves a database that opens',
    async (fatal) => {
      expect(await migrateAndDie(fatal)).toBe('SIGKILL')
      expect(made()).toEqual([])
      await opens()
    },
  )

  it('by a kill before it is noted as done leaves a database that opens', async () => {
    expect(await migrateAndDie('insert into "kysely_migration"')).toBe('SIGKILL')
    expect(made()).toEqual([])
    await opens()
  })

  it('by an error says so, and leaves a database that opens once the cause is fixed', async () => {
    onFile((db) => db.exec('create table people (x)'))
    await expect(openDatabase(file)).rejects.toThrow(DatabaseProblem)
    await expect(openDatabase(file)).rejects.toThrow(/cannot be used: .*people/)
    expect(made()).toEqual(['people'])
    onFile((db) => db.exec('drop table people'))
    await opens()
  })

  it('is not begun again once it is done', async () => {
    await opens()
    expect(await migrateAndDie('create table "rotations"')).toBe(0)
  })
})
