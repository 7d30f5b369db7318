import { setTimeout as sleep } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type TransactionSettings,
} from 'kysely'
import { busyUntil, DatabaseBusy } from '../busy.ts'

/** Kysely does not export its type. */
type OwnConnection = Parameters<PostgresDriver['releaseConnection']>[0]

const STATUS_PAUSE_MS = 100

/** The connection was lost during a commit, and the server does not say whether it was done. */
export class CommitUnknown extends Error {
  constructor(options?: ErrorOptions) {
    super(
      'The connection to the database was lost during a commit, and it is not known whether it was done',
      options,
    )
    this.name = 'CommitUnknown'
  }
}

/**
 * Transactions lock the one row of `chain_head` when they begin: replicas write one after the other, as with SQLite, so that
 * no decision rests on what another one changes meanwhile, and jobs get their ids in the order of their commits. Reads and
 * claims of jobs are no transactions, and take no such lock.
 */
class LockingDriver extends PostgresDriver {
  readonly #transactions = new WeakMap<DatabaseConnection, string>()

  /** @throws DatabaseBusy */
  override async beginTransaction(connection: DatabaseConnection, _: TransactionSettings): Promise<void> {
    const now = Date.now()
    const lockMs = Math.max(1, Math.round(busyUntil(now) - now))
    const { rows } = await connection.executeQuery<{ xid: string }>(
      CompiledQuery.raw(
        `begin; set local lock_timeout = ${lockMs}; select pg_current_xact_id()::text as xid from chain_head for update`,
      ),
    )
    const [row] = rows
    if (!row) throw new Error('chain_head has lost its row')
    this.#transactions.set(connection, row.xid)
  }

  /** @throws DatabaseBusy when nothing was written; CommitUnknown */
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection)
    } catch (error) {
      if (!(error instanceof DatabaseBusy)) throw error
      if (!(await this.#wasCommitted(this.#transactions.get(connection), error))) throw error
    }
  }

  /** The server rolls back by itself what a lost connection began. */
  override async rollbackTransaction(connection: OwnConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch (error) {
      if (!(error instanceof DatabaseBusy)) throw error
    }
  }

  /** Asks the server on another connection what became of a transaction whose commit had no answer. */
  async #wasCommitted(xid: string | undefined, cause: DatabaseBusy): Promise<boolean> {
    const until = busyUntil(Date.now())
    while (xid !== undefined) {
      const status = await this.#readStatus(xid).catch(() => null)
      if (status === 'committed') return true
      if (status === 'aborted') return false
      if (status !== 'in progress' || Date.now() > until) break
      await sleep(STATUS_PAUSE_MS)
    }
    throw new CommitUnknown({ cause })
  }

  async #readStatus(xid: string): Promise<string | null> {
    const connection = (await this.acquireConnection()) as OwnConnection
    try {
      const query = CompiledQuery.raw('select pg_xact_status($1::xid8) as status', [xid])
      const { rows } = await connection.executeQuery<{ status: string | null }>(query)
      return rows[0]?.status ?? null
    } finally {
      await this.releaseConnection(connection)
    }
  }
}

/** PostgreSQL with transactions that wait for their turn when they begin. */
export class LockingDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig

  constructor(config: PostgresDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new LockingDriver(this.#config)
  }
}
