import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter } from 'kysely'

type ColumnType = 'integer' | 'bigint'

/** Column types that SQLite and PostgreSQL spell differently. Used by migrations only, and frozen like them. */
export interface ColumnTypes {
  /** An id that the database counts up itself: never given twice, not even after a delete. */
  id: ColumnType
  makeId(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder
  /** A whole number above 32 bits: milliseconds since 1970, or the id of a workflow run. */
  big: ColumnType
}

/** The column types of the database that a migration runs on. */
export function columnTypes(db: Kysely<unknown>): ColumnTypes {
  if (isPostgres(db))
    return { id: 'bigint', makeId: (c) => c.generatedAlwaysAsIdentity().primaryKey(), big: 'bigint' }
  return { id: 'integer', makeId: (c) => c.primaryKey().autoIncrement(), big: 'bigint' }
}

export const isPostgres = (db: Kysely<unknown>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter
