import { type Expression, PostgresAdapter, type SelectQueryBuilder, sql } from 'kysely'
import type { PresentBot } from '#domain/ports/present-bots'
import type { Db } from './schema.ts'

/*
 * Everything in which queries differ between SQLite and PostgreSQL. How each is connected to is in `sqlite/` and `postgres/`;
 * the types of columns are in `migrations/column-types.ts`, which is frozen.
 */

/** Whether `DATABASE_URL` names a PostgreSQL server. */
export const isPostgresUrl = (database: string): boolean => /^postgres(ql)?:\/\//.test(database)

const isPostgres = (db: Db): boolean => db.getExecutor().adapter instanceof PostgresAdapter

/** A time in ms since 1970: a number, or an expression that the database computes. */
export type Moment = number | Expression<number>

/**
 * Now by the clock that leases and due times are compared with: PostgreSQL's own, because its clients' clocks differ; with
 * SQLite the machine's.
 *
 * @param plusMs so many ms later
 */
export const timeOf = (db: Db, plusMs = 0): Moment =>
  isPostgres(db)
    ? sql<number>`(extract(epoch from statement_timestamp()) * 1000)::bigint + ${Math.round(plusMs)}::bigint`
    : Date.now() + plusMs

/** Whether that clock is the machine's, which may be set. */
export const isTimedByMachine = (db: Db): boolean => !isPostgres(db)

/** The rows that nobody has locked, locked; SQLite locks all at once, and refuses the words. */
export const skipLocked = <DB, TB extends keyof DB, O>(
  db: Db,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> => (isPostgres(db) ? query.forUpdate().skipLocked() : query)

/** Whether several processes share the scheduled tasks; with SQLite each does all of them. */
export const sharesTasks = (db: Db): boolean => isPostgres(db)

/** The class of the advisory locks by which processes on one PostgreSQL show that they live. */
export const PRESENCE_LOCKS = 48_271

/**
 * Those of the holders of leases that no longer hold the lock of their presence: their connection has ended. Null with SQLite,
 * which knows of no processes.
 */
export async function findAbsent(db: Db, holders: string[]): Promise<string[] | null> {
  if (!isPostgres(db)) return null
  if (holders.length === 0) return []
  const { rows } = await sql<{ holder: string }>`select holder from unnest(${holders}::text[]) as holder
    where not exists (
      select 1 from pg_locks
      where locktype = 'advisory' and classid = ${PRESENCE_LOCKS} and objid = hashtext(holder)::bit(32)::bigint
        and database = (select oid from pg_database where datname = current_database()))`.execute(db)
  return rows.map((row) => row.holder)
}

/** How the connection of a process's presence is named: with `host:pid` and the digest of its configuration. */
export const PRESENCE_NAME = 'rotation-bot'

/** PostgreSQL cuts longer names of connections, and replaces what is not ASCII. */
const LONGEST_HOST = 24

/** The name by which others see a process: `host:pid`. @param holder names it in its leases, `host:pid:start` */
export function presenceOf(holder: string): string {
  const [host = '', pid = ''] = holder.split(':')
  return `${host.slice(0, LONGEST_HOST)}:${pid}`
}

/** The processes whose presence the server sees; none with SQLite. */
export async function findPresent(db: Db): Promise<PresentBot[]> {
  if (!isPostgres(db)) return []
  const { rows } = await sql<{ name: string }>`select application_name as name from pg_stat_activity
    where datname = current_database() and application_name like ${`${PRESENCE_NAME} %`}
    order by application_name`.execute(db)
  return rows.map((row) => {
    const [, config = '', name = ''] = row.name.split(' ')
    return { name, config }
  })
}

/** The names of the tables in the bot's own schema. */
export async function ownTables(db: Db): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!isPostgres(db)) return tables.map(({ name }) => name)
  // Other programs' tables may be in other schemas of the same database.
  const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(db)
  return tables.flatMap(({ name, schema }) => (schema === rows[0]?.schema ? [name] : []))
}

/** Deadlocks and serialization failures: PostgreSQL ended one of two transactions, which may succeed when it is done again. */
const TRANSIENT = new Set(['40001', '40P01'])

/** Whether a transaction failed only because of another one, and wrote nothing. SQLite has one writer at a time. */
export const isTransient = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && TRANSIENT.has(String(error.code))

/** Reads everything as it is at one moment. */
export const inSnapshot = <T>(db: Db, read: (tx: Db) => Promise<T>): Promise<T> =>
  isPostgres(db)
    ? db.transaction().setIsolationLevel('repeatable read').execute(read)
    : db.transaction().execute(read)

/** The last ids that the database gave, by table as it names them: no id is given twice. */
export async function findLastIds(db: Db): Promise<Map<string, number>> {
  const query = isPostgres(db)
    ? sql<LastId>`select replace(sequencename, '_id_seq', '') as "table", coalesce(last_value, 0) as last
        from pg_sequences where schemaname = current_schema()`
    : sql<LastId>`select name as "table", seq as last from sqlite_sequence`
  const { rows } = await query.execute(db)
  return new Map(rows.map(({ table, last }) => [table, last]))
}

interface LastId {
  table: string
  last: number
}

/** The next ids are above these. */
export async function setLastIds(tx: Db, lastIds: ReadonlyMap<string, number>): Promise<void> {
  for (const [table, last] of lastIds)
    if (last > 0)
      await (isPostgres(tx)
        ? sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${last}::bigint)`
        : sql`insert or replace into sqlite_sequence (rowid, name, seq)
            values ((select rowid from sqlite_sequence where name = ${table}), ${table}, ${last})`
      ).execute(tx)
}

/**
 * Counts what the tables hold, for PostgreSQL's choice of indexes: until it does so by itself, it takes new rows for few and
 * reads all of them. SQLite chooses without counts.
 */
export async function analyze(db: Db, tables: readonly string[]): Promise<void> {
  if (isPostgres(db)) await sql`analyze ${sql.join(tables.map((table) => sql.table(table)))}`.execute(db)
}
