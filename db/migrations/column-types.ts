import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter } from 'kysely'

type ColumnType = 'integer' | 'bigint'

/** Column types that differ between SQLite and PostgreSQL. Frozen, like the migrations that use them. */
export interface ColumnTypes {
  /** An auto-increment id, never reused after a delete. */
  id: ColumnType
  makeId(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder
  /** Above 32 bits: milliseconds since 1970, or the id of a workflow run. */
  big: ColumnType
}

export function columnTypes(db: Kysely<unknown>): ColumnTypes {
  if (isPostgres(db))
    return { id: 'bigint', makeId: (c) => c.generatedByDefaultAsIdentity().primaryKey(), big: 'bigint' }
  return { id: 'integer', makeId: (c) => c.primaryKey().autoIncrement(), big: 'bigint' }
}

export const isPostgres = (db: Kysely<unknown>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter
