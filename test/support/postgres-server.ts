import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  stop(): Promise<void>
}

/**
 * @param preload a library that the server loads at its start
 * @throws Error when PostgreSQL is not installed
 */
export async function startPostgres({ preload }: { preload?: string } = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-postgres-'))
  // The server runs as another user, who must reach its files.
  chmodSync(folder, 0o755)
  const files = join(folder, 'server')
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
    urlOf(database = 'postgres') {
      const url = new URL(address)
      url.pathname = database
      return url.href
    },
    restart,
    async stop() {
      await run(SERVER, ['stop', files])
      rmSync(folder, { recursive: true, force: true })
    },
  }
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
