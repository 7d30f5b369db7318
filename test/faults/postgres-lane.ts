import pg from 'pg'
import { openDatabase } from '#db/open-database'
import { startPostgres, withClient } from '#test/support/postgres-server'
import type { CommitWatch } from './commit-watch.ts'
import { createDatabaseProxy } from './database-proxy.ts'
import { type LaneDatabase, RETRY_NOW } from './lane-database.ts'
import { type Rows, readRecords } from './records.ts'

const NAME = 'rotation_faults'
const LOCK_MS = 100

/** A database on a PostgreSQL server of its own, which is restarted in the middle of runs, with a proxy before it for each bot. */
export async function openPostgresLane(bots: number, commits: CommitWatch): Promise<LaneDatabase> {
  const server = await startPostgres()
  await withClient(server.urlOf(), (client) => client.query(`create database ${NAME}`))
  const address = server.urlOf(NAME)
  await (await openDatabase(address)).destroy()
  const proxies = await Promise.all(
    Array.from({ length: bots }, (_, bot) =>
      createDatabaseProxy(Number(new URL(address).port), () => commits.note(bot)),
    ),
  )
  return {
    urlOf(bot) {
      const own = new URL(address)
      own.port = String(proxies[bot]?.port)
      return own.href
    },
    read: () =>
      withClient(address, async (client) => {
        await client.query('begin transaction isolation level repeatable read read only')
        return readRecords(async (query) => (await client.query(query)).rows as Rows)
      }),
    async retryNow() {
      const retry = (client: pg.Client) => client.query(`set lock_timeout = ${LOCK_MS}; ${RETRY_NOW}`)
      // A bot holds a row, or the server is away: the next time.
      await withClient(address, retry).catch(() => {})
    },
    async lock() {
      const client = new pg.Client({ connectionString: address })
      client.on('error', () => {})
      const locking = `begin; set local lock_timeout = ${LOCK_MS}; select 1 from chain_head for update`
      await client
        .connect()
        .then(() => client.query(locking))
        .catch(() => {})
      return () => void client.end().catch(() => {})
    },
    server: {
      restart: (how) => server.restart(how),
      cut: (bot) => proxies[bot]?.cut(),
    },
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()))
      await server.stop()
    },
  }
}
