import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { PRESENCE_LOCKS, PRESENCE_NAME, presenceOf } from '../dialect.ts'
import { readAddress } from './address.ts'
import { explainFailure } from './explain-failure.ts'
import { connectionOptions } from './open-postgres.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/** A process as the others on the same database see it. */
export interface Presence {
  close(): Promise<void>
}

/** What the others can see of a process. */
export interface Shown {
  /** Names it in its leases: `host:pid:start`. */
  holder: string
  /** Digest of its configuration. */
  config: string
}

/**
 * Keeps a connection that holds the lock of this process's presence and listens for jobs; it is made again when it is lost. A
 * pooler in front of it must give it a session of its own.
 *
 * @throws DatabaseProblem when the first connection fails
 */
export async function listen(
  database: string,
  { holder, config }: Shown,
  onJobs: () => void,
): Promise<Presence> {
  const address = readAddress(database)
  const name = `${PRESENCE_NAME} ${config} ${presenceOf(holder)}`
  const stopping = new AbortController()
  let client = await connect()

  async function connect(): Promise<pg.Client> {
    const made = new pg.Client({ ...address, ...connectionOptions, application_name: name })
    made.on('error', () => {})
    made.on('notification', onJobs)
    try {
      await made.connect()
      // Shared, so that a connection that the server has not given up yet does not keep its successor out.
      await made.query('select pg_advisory_lock_shared($1, hashtext($2))', [PRESENCE_LOCKS, holder])
      await made.query('listen rotation_jobs')
    } catch (error) {
      await made.end().catch(() => {})
      throw explainFailure(error, address)
    }
    made.once('end', () => void reconnect())
    return made
  }

  async function reconnect(): Promise<void> {
    for (
      let pause = FIRST_PAUSE_MS;
      !stopping.signal.aborted;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    ) {
      try {
        client = await connect()
        // What was enqueued meanwhile was not heard of.
        onJobs()
        return
      } catch {
        await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  return {
    async close() {
      stopping.abort()
      await client.end().catch(() => {})
    },
  }
}
