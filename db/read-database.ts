import Database from 'better-sqlite3'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'
import type { Schema } from './schema.ts'

/** Reads a database file by a connection of its own that can only read. */
export async function readDatabase<T>(file: string, read: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
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
