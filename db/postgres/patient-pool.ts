import { setTimeout as sleep } from 'node:timers/promises'
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { busyUntil, DatabaseBusy } from '../busy.ts'
import { isPassing } from './failures.ts'

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1_000

/** Grows, and differs from process to process, so that replicas do not come back at the same moment. */
function* pauses(): Generator<number, never> {
  for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(ms * 2, LONGEST_PAUSE_MS))
    yield ms * (0.5 + Math.random() / 2)
}

/**
 * Tries again what fails in a way that may pass, as while another server takes over, for as long as the caller may wait.
 *
 * @param isWorthIt false ends it at the first failure
 * @throws DatabaseBusy
 */
async function patiently<T>(attempt: () => Promise<T>, isWorthIt = () => true): Promise<T> {
  const until = busyUntil(Date.now())
  for (const pause of pauses()) {
    try {
      return await attempt()
    } catch (error) {
      if (!isPassing(error)) throw error
      if (!isWorthIt() || Date.now() + pause > until) throw new DatabaseBusy({ cause: error })
    }
    await sleep(pause)
  }
  throw new TypeError('pauses never end')
}

/** A connection of the pool. One that is lost between transactions is replaced by another, without the caller's help. */
class PatientClient implements PostgresPoolClient {
  readonly #pool: Pool
  #client: PoolClient | undefined
  #isBroken = false
  #inTransaction = false

  constructor(pool: Pool, client: PoolClient) {
    this.#pool = pool
    this.#client = client
  }

  /**
   * A statement of no transaction may be sent again: those of the bot do the same however often they run.
   *
   * @throws DatabaseBusy
   */
  query<R>(sql: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>>
  query<R>(cursor: never): R
  query<R>(sql: string, parameters: ReadonlyArray<unknown> = []): Promise<PostgresQueryResult<R>> {
    return patiently(
      () => this.#send<R>(sql, parameters),
      () => !this.#inTransaction,
    )
  }

  async #send<R>(sql: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>> {
    if (this.#isBroken && !this.#inTransaction) this.#replace()
    this.#client ??= await this.#pool.connect()
    try {
      const result = await this.#client.query(
        [...parameters].length > 0 ? { text: sql, values: [...parameters] } : sql,
      )
      if (sql.startsWith('begin')) this.#inTransaction = true
      if (sql === 'commit' || sql === 'rollback') this.#inTransaction = false
      // Of several statements in one text, the answer is that of the last.
      return (Array.isArray(result) ? result.at(-1) : result) as PostgresQueryResult<R>
    } catch (error) {
      // A connection on which a transaction could not be begun may be in the middle of one.
      if (isPassing(error) || sql.startsWith('begin')) this.#isBroken = true
      throw error
    }
  }

  #replace(): void {
    this.#client?.release(true)
    this.#client = undefined
    this.#isBroken = false
  }

  release(destroy = false): void {
    this.#client?.release(destroy || this.#isBroken || this.#inTransaction)
  }
}

/** Without listeners a lost connection ends the process. Whoever uses it gets the error; the pool makes another. */
export function surviveLosses(pool: Pool): void {
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
}

/** A pool whose connections are patient. */
export class PatientPool implements PostgresPool {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
    surviveLosses(pool)
  }

  get options(): object {
    return this.#pool.options
  }

  /** @throws DatabaseBusy */
  connect(): Promise<PostgresPoolClient> {
    return patiently(async () => new PatientClient(this.#pool, await this.#pool.connect()))
  }

  async end(): Promise<void> {
    await this.#pool.end()
  }
}
