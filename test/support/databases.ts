import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { openDatabase } from '#db/open-database'
import type { Db } from '#db/schema'

/** Made once before the tests; each test's database is a copy of it. */
export const TEMPLATE = 'rotation_test_template'

/** Whether this test runs on PostgreSQL: set by the project of `vitest.config.ts`. */
export const onPostgres = process.env.TEST_DIALECT === 'postgres'

/** The server that `TEST_DATABASE_URL` names. */
export const serverUrl = (): string => process.env.TEST_DATABASE_URL ?? ''

/** The address of a database on that server. */
export function urlOf(name: string): string {
  const url = new URL(serverUrl())
  url.pathname = name
  return url.href
}

/** Runs one statement on the server as its administrator. */
export async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A database for one test. */
export interface TestDatabase {
  /** As `openDatabase` takes it. */
  database: string
  /** As `DATABASE_URL` names it. */
  url: string
  remove(): Promise<void>
}

/** An empty database on PostgreSQL, with all tables, or the place of a SQLite file that is not there yet. */
export const makeDatabase = (): Promise<TestDatabase> => (onPostgres ? makePostgresDatabase() : makeFile())

/** The place of a SQLite file that is not there yet. */
export async function makeFile(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-db-'))
  const database = join(folder, 'rotation.db')
  return {
    database,
    url: `file:${database}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** @param template null for a database without tables */
export async function makePostgresDatabase(template: string | null = TEMPLATE): Promise<TestDatabase> {
  const name = `rotation_test_${randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name} template ${template ?? 'template0'} strategy file_copy`)
  const database = urlOf(name)
  return { database, url: database, remove: () => administer(`drop database ${name} with (force)`) }
}

/** A database that is open until the test ends. */
export interface OpenTestDatabase {
  db: Db
  database: string
  close(): Promise<void>
}

export async function openTestDatabase(): Promise<OpenTestDatabase> {
  const { database, remove } = await makeDatabase()
  const db = await openDatabase(database, { poolSize: 3 })
  return {
    db,
    database,
    async close() {
      await db.destroy()
      await remove()
    },
  }
}

/** Removes a trigger of the table of events, as somebody would who alters the history. */
export const dropTrigger = (
  db: Db,
  name: string,
  dialect = onPostgres ? 'postgres' : 'sqlite',
): Promise<unknown> =>
  sql`drop trigger ${sql.ref(name)} ${sql.raw(dialect === 'postgres' ? 'on events' : '')}`.execute(db)
