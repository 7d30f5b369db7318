import { CamelCasePlugin, Kysely, type Logger, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { DatabaseProblem } from '../database-problem.ts'
import type { Db, Schema } from '../schema.ts'
import { readAddress, wordAddress } from './address.ts'
import { LockingDialect } from './dialect.ts'
import { explainFailure } from './explain-failure.ts'
import { PatientPool, surviveLosses } from './patient-pool.ts'

const OLDEST_VERSION = 14
/** One for each job that runs at the same time, and some for people. */
const POOL_SIZE = 10
const CONNECT_MS = 1_500
const STATEMENT_MS = 60_000
/** A replica that is paused in the middle of a transaction keeps others waiting for no longer than this. */
const IDLE_IN_TRANSACTION_MS = 10_000

const INT8 = 20

/** Counts and times are below 2^53; the client would give them as text. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
}

/** Of every connection. */
export const connectionOptions = {
  types,
  application_name: 'rotation-bot',
  keepAlive: true,
  connectionTimeoutMillis: CONNECT_MS,
}

export interface OpenOptions {
  /** Receives every statement. */
  log?: Logger | undefined
  /** How many connections at most. */
  poolSize?: number | undefined
}

/** Connects; the database may have no tables yet. */
export function connectPostgres(database: string, { log, poolSize = POOL_SIZE }: OpenOptions): Db {
  const pool = new pg.Pool({
    ...readAddress(database),
    ...connectionOptions,
    max: poolSize,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  })
  return new Kysely<Schema>({
    dialect: new LockingDialect({ pool: new PatientPool(pool) }),
    plugins: [new CamelCasePlugin()],
    ...(log && { log }),
  })
}

/**
 * Runs work on a connection of its own that waits for nothing but the lock of migrations, whose transactions are PostgreSQL's own.
 *
 * @throws DatabaseProblem for every failure, in plain words
 */
export async function onPlainPostgres<T>(
  database: string,
  work: (db: Db) => Promise<T>,
  { readOnly = false }: { readOnly?: boolean } = {},
): Promise<T> {
  const address = readAddress(database)
  const options = readOnly ? { options: '-c default_transaction_read_only=on' } : {}
  const pool = new pg.Pool({ ...address, ...connectionOptions, ...options, max: 2 })
  surviveLosses(pool)
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] })
  try {
    await assertVersion(db, wordAddress(address))
    return await work(db)
  } catch (error) {
    throw explainFailure(error, address)
  } finally {
    await db.destroy()
  }
}

async function assertVersion(db: Db, where: string): Promise<void> {
  const { rows } = await sql<{ serverVersion: string }>`show server_version`.execute(db)
  const version = rows[0]?.serverVersion ?? ''
  if (Number.parseInt(version, 10) < OLDEST_VERSION)
    throw new DatabaseProblem(
      `PostgreSQL (${where}) has the version ${version}; the bot needs ${OLDEST_VERSION} or newer. Nothing was changed.`,
    )
}
