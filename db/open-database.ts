import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { CamelCasePlugin, Kysely, type Logger, type SqliteDatabase } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import * as firstTables from './migrations/2026-11-27-first-tables.ts'
import type { Db, Schema } from './schema.ts'
import { ImmediateDialect } from './sqlite-dialect.ts'

/** Oldest first. Each is dated and frozen: a later change is a new file. */
const MIGRATIONS: Record<string, Migration> = {
  '2026-11-27-first-tables': firstTables,
}
const [FIRST_MIGRATION = ''] = Object.keys(MIGRATIONS)

/** The database cannot be used; `message` is a sentence for the person who starts the bot. */
export class DatabaseProblem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DatabaseProblem'
  }
}

/**
 * Opens the database and migrates it.
 *
 * @param file path, or `:memory:`
 * @param log receives every statement
 * @throws DatabaseProblem when the file is not a database, cannot be written, or is from a newer version
 */
export async function openDatabase(file: string, log?: Logger): Promise<Db> {
  const db = connect(file, log)
  try {
    await assertKnownVersion(db, file)
    const { error } = await migrator(db).migrateToLatest()
    if (error) throw error
    return db
  } catch (error) {
    await db.destroy()
    if (error instanceof DatabaseProblem) throw error
    throw new DatabaseProblem(`The database ${file} cannot be used: ${messageOf(error)}.`, { cause: error })
  }
}

function connect(file: string, log: Logger | undefined): Db {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
    const sqlite = new Database(file)
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('synchronous = FULL')
    sqlite.pragma('foreign_keys = ON')
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

const migrator = (db: Db) =>
  new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } })

/** @throws DatabaseProblem where a newer version, or one before 0.2.0, made the database */
export async function assertKnownVersion(db: Db, file: string): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === 'kysely_migration')) return
  const applied = await db
    .withTables<{ kyselyMigration: { name: string } }>()
    .selectFrom('kyselyMigration')
    .select('name')
    .execute()
  const unknown = applied.map((row) => row.name).filter((name) => !Object.hasOwn(MIGRATIONS, name))
  if (unknown.length === 0) return
  if (unknown.every((name) => name < FIRST_MIGRATION))
    throw new DatabaseProblem(
      `The database ${file} was made by a version before 0.2.0, whose tables this version cannot read. Start over: in the sandbox with “npm start -- --fresh”, otherwise with another file in DATABASE_URL. Nothing was changed.`,
    )
  throw new DatabaseProblem(
    `The database ${file} was made by a newer version of the bot (it has ${unknown.join(', ')}). Start that version again, or restore the backup from before the update. Nothing was changed.`,
  )
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
