import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'

const SERVER = fileURLToPath(new URL('../../.ci/postgres', import.meta.url))
const run = promisify(execFile)

/** A PostgreSQL server for tests, in a folder of its own. */
export interface PostgresServer {
  /** The address of a database on it; its administrator's without a name. */
  urlOf(database?: string): string
  /** @param how `immediate` is a crash */
  restart(how: 'fast' | 'immediate'): Promise<void>
  /** Starts a server that follows this one; from then on this one commits nothing that the other has not received. */
  follow(): Promise<Standby>
  /** Ends it as a crash does, and removes its files. */
  stop(): Promise<void>
}

/** A server that follows another one, and is read-only until it takes over. */
export interface Standby extends Pick<PostgresServer, 'urlOf' | 'stop'> {
  promote(): Promise<void>
}

/**
 * @param preload a library that the server loads at its start
 * @throws Error when PostgreSQL is not installed
 */
export async function startPostgres({ preload }: { preload?: string } = {}): Promise<PostgresServer> {
  const files = serverFiles()
  const { stdout } = await run(SERVER, ['start', files])
  const address = stdout.trim()
  const restart = async (how: 'fast' | 'immediate') => {
    await run(SERVER, ['restart', files, how])
  }
  if (preload) {
    await withClient(address, (client) =>
      client.query(`alter system set shared_preload_libraries = '${preload}'`),
    )
    await restart('fast')
  }
  return {
    urlOf: (database) => urlAt(address, database),
    restart,
    async follow() {
      const standby = await startStandby(files)
      await withClient(address, async (client) => {
        await client.query(`alter system set synchronous_standby_names = '*'`)
        await client.query('select pg_reload_conf()')
        for (;;) {
          const { rowCount } = await client.query(
            `select from pg_stat_replication where sync_state = 'sync' and state = 'streaming'`,
          )
          if (rowCount) return
          await sleep(50)
        }
      })
      return standby
    },
    stop: () => stopServer(files),
  }
}

async function startStandby(followed: string): Promise<Standby> {
  const files = serverFiles()
  const { stdout } = await run(SERVER, ['standby', files, followed])
  return {
    urlOf: (database) => urlAt(stdout.trim(), database),
    async promote() {
      await run(SERVER, ['promote', files])
    },
    stop: () => stopServer(files),
  }
}

function serverFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-postgres-'))
  // The server runs as another user, who must reach its files.
  chmodSync(folder, 0o755)
  return join(folder, 'server')
}

async function stopServer(files: string): Promise<void> {
  await run(SERVER, ['stop', files])
  rmSync(dirname(files), { recursive: true, force: true })
}

function urlAt(address: string, database = 'postgres'): string {
  const url = new URL(address)
  url.pathname = database
  return url.href
}

/** Does something with a connection of its own. */
export async function withClient<T>(address: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: address })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
