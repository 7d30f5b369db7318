import Database from 'better-sqlite3'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'
import { isPostgresUrl } from './dialect.ts'
import type { Db, Schema } from './schema.ts'

/**
 * Reads a database by a connection of its own that can only read; no migration runs.
 *
 * @param database as `openDatabase` takes it
 */
export async function readDatabase<T>(database: string, read: (db: Db) => Promise<T>): Promise<T> {
  if (!isPostgresUrl(database)) return readFile(database, read)
  const { onPlainPostgres } = await import('./postgres/open-postgres.ts')
  return onPlainPostgres(database, read, { readOnly: true })
}

async function readFile<T>(file: string, read: (db: Db) => Promise<T>): Promise<T> {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database }),
    plugins: [new CamelCasePlugin()],
  })
  try {
    return await read(db)
  } finally {
    await db.destroy()
  }
}
