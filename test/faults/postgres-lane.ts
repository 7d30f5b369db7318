import { execFile } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { openDatabase } from '#db/open-database'
import type { CommitWatch } from './commit-watch.ts'
import { createDatabaseProxy } from './database-proxy.ts'
import { type LaneDatabase, RETRY_NOW } from './lane-database.ts'
import { type Rows, readRecords } from './records.ts'

const SERVER = fileURLToPath(new URL('../../.ci/postgres', import.meta.url))
const NAME = 'rotation_faults'
const LOCK_MS = 100

const run = promisify(execFile)

/**
 * A database on a PostgreSQL server of its own, which is restarted in the middle of runs, with a proxy before it for each bot.
 *
 * @param folder for the server's files
 */
export async function openPostgresLane(
  folder: string,
  bots: number,
  commits: CommitWatch,
): Promise<LaneDatabase> {
  // The server runs as another user, who must reach its files.
  chmodSync(folder, 0o755)
  const files = join(folder, 'server')
  const { stdout } = await run(SERVER, ['start', files])
  const administrator = new URL(stdout.trim())
  const address = new URL(administrator)
  address.pathname = NAME
  await withClient(administrator.href, (client) => client.query(`create database ${NAME}`))
  await (await openDatabase(address.href)).destroy()
  const proxies = await Promise.all(
    Array.from({ length: bots }, (_, bot) =>
      createDatabaseProxy(Number(address.port), () => commits.note(bot)),
    ),
  )
  return {
    urlOf(bot) {
      const own = new URL(address)
      own.port = String(proxies[bot]?.port)
      return own.href
    },
    read: () =>
      withClient(address.href, async (client) => {
        await client.query('begin transaction isolation level repeatable read read only')
        return readRecords(async (query) => (await client.query(query)).rows as Rows)
      }),
    async retryNow() {
      const retry = (client: pg.Client) => client.query(`set lock_timeout = ${LOCK_MS}; ${RETRY_NOW}`)
      // A bot holds a row, or the server is away: the next time.
      await withClient(address.href, retry).catch(() => {})
    },
    async lock() {
      const client = new pg.Client({ connectionString: address.href })
      client.on('error', () => {})
      const locking = `begin; set local lock_timeout = ${LOCK_MS}; select 1 from chain_head for update`
      await client
        .connect()
        .then(() => client.query(locking))
        .catch(() => {})
      return () => void client.end().catch(() => {})
    },
    server: {
      async restart(how) {
        await run(SERVER, ['restart', files, how])
      },
      cut: (bot) => proxies[bot]?.cut(),
    },
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()))
      await run(SERVER, ['stop', files])
    },
  }
}

async function withClient<T>(address: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: address })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
