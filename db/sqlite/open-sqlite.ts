import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { CamelCasePlugin, Kysely, type Logger, type SqliteDatabase } from 'kysely'
import { DatabaseProblem } from '../database-problem.ts'
import { makePrivate, makePrivateFolder } from '../private-files.ts'
import type { Db, Schema } from '../schema.ts'
import { ImmediateDialect } from './dialect.ts'

/**
 * Opens a file, which is made if there is none.
 *
 * @throws DatabaseProblem
 */
export function connectSqlite(file: string, log: Logger | undefined): Db {
  try {
    if (file !== ':memory:') makePrivateFolder(dirname(file))
    const sqlite = new Database(file)
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('synchronous = FULL')
    sqlite.pragma('foreign_keys = ON')
    makePrivate(file)
    // SQLite would block the process while it waits; the dialect tries again instead.
    sqlite.pragma('busy_timeout = 0')
    return new Kysely<Schema>({
      dialect: new ImmediateDialect(withStatementCache(sqlite), () => sqlite.inTransaction),
      plugins: [new CamelCasePlugin()],
      ...(log && { log }),
    })
  } catch (error) {
    throw new DatabaseProblem(
      `The database ${file} cannot be opened: ${messageOf(error)}. DATABASE_URL names the file; it must be a SQLite database in a folder that the bot may write to.`,
      { cause: error },
    )
  }
}

const MOST_STATEMENTS = 500

/** Compiles each statement once: Kysely prepares it at every execution. */
function withStatementCache(sqlite: Database.Database): SqliteDatabase {
  const statements = new Map<string, Database.Statement>()
  return {
    prepare(sql) {
      const known = statements.get(sql)
      if (known) return known
      // Lists in a statement make it another one for each length.
      if (statements.size >= MOST_STATEMENTS) statements.clear()
      const statement = sqlite.prepare(sql)
      statements.set(sql, statement)
      return statement
    },
    close: () => sqlite.close(),
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
