import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely'
import { busyUntil, DatabaseBusy } from '../busy.ts'

const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 50

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

/**
 * The one connection. What finds the database locked by another process lets others have the connection, and tries again
 * later: SQLite's own `busy_timeout` would stop the whole process meanwhile.
 */
class PatientConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection
  readonly #turns: Turns
  readonly #isInTransaction: () => boolean

  constructor(inner: DatabaseConnection, turns: Turns, isInTransaction: () => boolean) {
    this.#inner = inner
    this.#turns = turns
    this.#isInTransaction = isInTransaction
  }

  /** @throws DatabaseBusy */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const until = busyUntil(Date.now())
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.#inner.executeQuery<R>(query)
      } catch (error) {
        // A transaction holds the lock already: giving the connection away would mix others' statements into it.
        if (!isBusy(error) || this.#isInTransaction()) throw error
        if (Date.now() + pause > until) throw new DatabaseBusy({ cause: error })
      }
      this.#turns.end()
      await sleep(pause)
      await this.#turns.begin()
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunkSize)
  }
}

/** Gives the connection to one after the other, in the order in which they asked. */
class Turns {
  readonly #waiting: (() => void)[] = []
  #taken = false

  async begin(): Promise<void> {
    if (!this.#taken) {
      this.#taken = true
      return
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  end(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#taken = false
  }
}

/**
 * Transactions take the write lock at the start: a later upgrade would fail at once when another process
 * wrote in between, and waiting does not help then.
 */
class ImmediateDriver extends SqliteDriver {
  readonly #turns = new Turns()
  readonly #isInTransaction: () => boolean
  #connection: DatabaseConnection | undefined

  constructor(config: SqliteDialectConfig, isInTransaction: () => boolean) {
    super(config)
    this.#isInTransaction = isInTransaction
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await this.#turns.begin()
    this.#connection ??= new PatientConnection(
      await super.acquireConnection(),
      this.#turns,
      this.#isInTransaction,
    )
    return this.#connection
  }

  override async releaseConnection(): Promise<void> {
    this.#turns.end()
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** SQLite's DDL is transactional, so a killed migration leaves nothing behind. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  /** The driver gives its one connection out itself, because it takes it back from those who wait for a lock. */
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** SQLite with transactions that take the write lock when they begin, and that wait for it without blocking. */
export class ImmediateDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig
  readonly #isInTransaction: () => boolean

  /** @param isInTransaction whether the connection is in a transaction now */
  constructor(database: SqliteDatabase, isInTransaction: () => boolean) {
    super({ database })
    this.#config = { database }
    this.#isInTransaction = isInTransaction
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config, this.#isInTransaction)
  }
}
