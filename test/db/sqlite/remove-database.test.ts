import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseProblem } from '#db/database-problem'
import { openDatabase } from '#db/open-database'
import { setSetting } from '#db/queries/settings'
import { removeDatabase } from '#db/remove-database'
import { TEAM } from '#sandbox/demo-users'

/** The table of another program, with the same name. */
const SETTINGS = [
  'create table settings (key text, valueJson text)',
  `insert into settings values ('workspace', '"${TEAM.id}"')`,
]

describe('removing a database', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-db-'))
    file = join(folder, 'rotation.db')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const makeOurs = async (workspace: string | null) => {
    const db = await openDatabase(file)
    if (workspace) await setSetting(db, 'workspace', workspace)
    await db.destroy()
  }

  const makeSqlite = (...statements: string[]) => {
    const db = new Database(file)
    for (const statement of statements) db.exec(statement)
    db.close()
  }

  it.each<[string, string | null]>([
    ['the sandbox’s own', TEAM.id],
    ['one that belongs to no workspace yet', null],
  ])('takes %s away, with what SQLite put beside it', async (_, workspace) => {
    await makeOurs(workspace)
    // An open connection keeps SQLite from removing its WAL files.
    const open = new Database(file)
    open.prepare('select * from settings').all()
    expect(readdirSync(folder)).toEqual(['rotation.db', 'rotation.db-shm', 'rotation.db-wal'])
    await removeDatabase(file, TEAM.id)
    open.close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves what lies beside it', async () => {
    await makeOurs(TEAM.id)
    writeFileSync(join(folder, 'rotation.db.bak'), 'mine')
    await removeDatabase(file, TEAM.id)
    expect(readdirSync(folder)).toEqual(['rotation.db.bak'])
  })

  it('is done already when there is none', async () => {
    await removeDatabase(file, TEAM.id)
    expect(existsSync(file)).toBe(false)
  })

  it.each<[string, () => unknown, string]>([
    ['another workspace’s', () => makeOurs('T0PRODUCTION'), 'belongs to the workspace T0PRODUCTION'],
    ['another program’s', () => makeSqlite('create table notes (text)'), 'not a database of the bot'],
    [
      'another program’s that uses Kysely and has settings, too',
      () =>
        makeSqlite(
          'create table kysely_migration (name text primary key, timestamp text)',
          "insert into kysely_migration values ('0001-theirs', '2026')",
          ...SETTINGS,
        ),
      'not a database of the bot',
    ],
    ['another program’s that has settings, too', () => makeSqlite(...SETTINGS), 'not a database of the bot'],
    ['a text', () => writeFileSync(file, 'DATABASE_URL=file:rotation.db\n'), 'not a database of the bot'],
    ['an empty file', () => writeFileSync(file, ''), 'not a database of the bot'],
  ])('refuses %s, and leaves every byte of it', async (_, make, words) => {
    await make()
    const before = readFileSync(file)
    await expect(removeDatabase(file, TEAM.id)).rejects.toThrow(words)
    await expect(removeDatabase(file, TEAM.id)).rejects.toThrow(DatabaseProblem)
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})
