import type { Logger } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { DatabaseProblem } from './database-problem.ts'
import { isPostgresUrl, ownTables } from './dialect.ts'
import * as firstTables from './migrations/2026-11-28-first-tables.ts'
import * as shownCards from './migrations/2026-11-28-shown-cards.ts'
import * as stepQuotes from './migrations/2026-11-28-step-quotes.ts'
import * as versionProofs from './migrations/2026-11-28-version-proofs.ts'
import * as appendByIndex from './migrations/2026-11-29-append-by-index.ts'
import type { Db } from './schema.ts'
import { connectSqlite } from './sqlite/open-sqlite.ts'

/** Oldest first. Each is dated and frozen: a later change is a new file. */
const MIGRATIONS: Record<string, Migration> = {
  '2026-11-28-first-tables': firstTables,
  '2026-11-28-shown-cards': shownCards,
  '2026-11-28-step-quotes': stepQuotes,
  '2026-11-28-version-proofs': versionProofs,
  '2026-11-29-append-by-index': appendByIndex,
}
const [FIRST_MIGRATION = ''] = Object.keys(MIGRATIONS)

export interface OpenOptions {
  /** Receives every statement. */
  log?: Logger | undefined
  /** How many connections to PostgreSQL at most. */
  poolSize?: number | undefined
}

/**
 * Opens the database and migrates it, once however many processes open it.
 *
 * @param database path of a SQLite file, `:memory:`, or the `postgres://` address of a database
 * @throws DatabaseProblem when it is no database, cannot be reached or written, or is from a newer version
 */
export async function openDatabase(database: string, options: OpenOptions = {}): Promise<Db> {
  if (!isPostgresUrl(database)) return openFile(database, options)
  // Loaded by need: with SQLite nobody waits for it.
  const { connectPostgres, onPlainPostgres } = await import('./postgres/open-postgres.ts')
  await onPlainPostgres(database, (db) => migrate(db, 'The database'))
  return connectPostgres(database, options)
}

async function openFile(file: string, { log }: OpenOptions): Promise<Db> {
  const db = connectSqlite(file, log)
  try {
    await migrate(db, `The database ${file}`)
    return db
  } catch (error) {
    await db.destroy()
    if (error instanceof DatabaseProblem) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseProblem(`The database ${file} cannot be used: ${reason}.`, { cause: error })
  }
}

async function migrate(db: Db, name: string): Promise<void> {
  await assertKnownVersion(db, name)
  const provider = { getMigrations: () => Promise.resolve(MIGRATIONS) }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error) throw error
}

/** @throws DatabaseProblem where a newer version, or one before 0.2.0, made the database */
export async function assertKnownVersion(db: Db, name: string): Promise<void> {
  if (!(await ownTables(db)).includes('kysely_migration')) return
  const applied = await db
    .withTables<{ kyselyMigration: { name: string } }>()
    .selectFrom('kyselyMigration')
    .select('name')
    .execute()
  const unknown = applied.map((row) => row.name).filter((each) => !Object.hasOwn(MIGRATIONS, each))
  if (unknown.length === 0) return
  if (unknown.every((each) => each < FIRST_MIGRATION))
    throw new DatabaseProblem(
      `${name} was made by a version before 0.2.0 or an early checkout of it, whose tables this version cannot read. Start over: in the sandbox with “npm start -- --fresh”, otherwise with another file in DATABASE_URL. Nothing was changed.`,
    )
  throw new DatabaseProblem(
    `${name} was made by a newer version of the bot (it has ${unknown.join(', ')}). Start that version again, or restore the backup from before the update. Nothing was changed.`,
  )
}
