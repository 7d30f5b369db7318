import { CompiledQuery } from 'kysely'
import type { Db } from '#db/schema'

/** A statement that reads all of a table, and what the plan says of it. */
export interface WholeRead {
  table: string
  line: string
  sql: string
}

/**
 * The statements that read all of one of these tables by SQLite's own plan. Reading a partial index is none: it holds only
 * what is open.
 */
export async function findWholeReads(
  db: Db,
  statements: Iterable<readonly [string, readonly unknown[]]>,
  tables: ReadonlySet<string>,
): Promise<WholeRead[]> {
  const partial = await partialIndexes(db)
  const found: WholeRead[] = []
  for (const [sql, parameters] of statements) {
    if (!/^\s*(select|insert|update|delete|replace|with)\b/i.test(sql)) continue
    const plan = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters])
    const { rows } = await db.executeQuery<{ detail: string }>(plan)
    for (const { detail } of rows) {
      const table = readWhole(detail, sql, partial)
      if (table && tables.has(table)) found.push({ table, line: detail, sql })
    }
  }
  return found
}

async function partialIndexes(db: Db): Promise<Set<string>> {
  const query = CompiledQuery.raw(
    `select name from sqlite_master where type = 'index' and sql like '%) where %'`,
  )
  const { rows } = await db.executeQuery<{ name: string }>(query)
  return new Set(rows.map(({ name }) => name))
}

/** The table that a line of the plan reads from its beginning to its end; null for any other line. */
function readWhole(line: string, sql: string, partial: Set<string>): string | null {
  const [, name, index] = /^SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?/.exec(line) ?? []
  const [, built] = /^SEARCH (\S+) USING AUTOMATIC/.exec(line) ?? []
  const alias = name ?? built
  if (alias === undefined || (index !== undefined && partial.has(index))) return null
  // The plan names an alias where the statement gives one.
  return new RegExp(`"(\\w+)" as "${alias}"`).exec(sql)?.[1] ?? alias
}
