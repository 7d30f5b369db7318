import { sql } from 'kysely'
import type { ClockReading, ServerSeen } from '#domain/ports/diagnostics'
import { ownTables } from '../dialect.ts'
import type { Db } from '../schema.ts'
import { readAddress, wordAddress } from './address.ts'
import { grants } from './explain-failure.ts'
import { onPlainPostgres } from './open-postgres.ts'

const reading = <T>(database: string, read: (db: Db) => Promise<T>): Promise<T> =>
  onPlainPostgres(database, read, { readOnly: true })

/** Looks at the server and the bot's rights, and changes nothing. */
export function inspectServer(database: string): Promise<ServerSeen> {
  const address = readAddress(database)
  return reading(database, async (db) => {
    const tables = await ownTables(db)
    const exists = tables.includes('events')
    const { rows } = await sql<ServerRow>`select
        current_setting('server_version') as version,
        current_user as user,
        pg_database_size(current_database()) as bytes,
        pg_is_in_recovery() as is_standby,
        has_schema_privilege(current_schema(), 'create') as may_create,
        (select extract(epoch from max(replay_lag))::float8 from pg_stat_replication) as lag`.execute(db)
    const [row] = rows
    if (!row) throw new Error('the server does not answer')
    const mayWrite = exists ? await hasTableRights(db) : true
    return {
      kind: 'server',
      name: wordAddress(address),
      version: row.version,
      exists,
      bytes: row.bytes,
      writeProblem: row.isStandby ? 'this server is a standby, which only lets read' : null,
      missingGrants:
        row.mayCreate && mayWrite
          ? null
          : `${grants({ ...address, user: row.user })}${mayWrite ? '' : OWNER}`,
      standbyLagSeconds: row.lag,
    }
  })
}

interface ServerRow {
  version: string
  user: string
  bytes: number
  isStandby: boolean
  mayCreate: boolean
  lag: number | null
}

const OWNER = ' The tables must belong to that user, too: reassign owned by OTHER to it.'

async function hasTableRights(db: Db): Promise<boolean> {
  const { rows } = await sql<{ mayWrite: boolean }>`select
      bool_and(has_table_privilege(c.oid, 'select, insert, update, delete')) as may_write
      from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace`.execute(db)
  return rows[0]?.mayWrite !== false
}

/** PostgreSQL verifies pages when it reads them, so everything is read that is the record. Null when nothing is wrong. */
export function findServerDamage(database: string): Promise<string | null> {
  return reading(database, async (db) => {
    if (!(await ownTables(db)).includes('events')) return 'it holds no history'
    for (const table of ['rotations', 'tokens', 'steps', 'checks', 'signOffs', 'exceptions'] as const)
      await db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('rows'))
        .execute()
    return null
  })
}

export function readServerClock(database: string): Promise<ClockReading> {
  return reading(database, async (db) => {
    const asked = Date.now()
    const { rows } = await sql<{
      ms: number
    }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db)
    return { remote: rows[0]?.ms ?? Number.NaN, local: (asked + Date.now()) / 2 }
  })
}
