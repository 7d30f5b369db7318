/**
 * Runs the tests on PostgreSQL alone: `npm run test:postgres`, with `-- --all` all of test/bot, or `-- <paths>`. Without
 * `TEST_DATABASE_URL` it starts a server for them, which PostgreSQL has to be installed for.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(new URL('../../.ci/postgres', import.meta.url))

const given = process.argv.slice(2)
const all = given.includes('--all')
const paths = given.filter((each) => each !== '--all')

const folder = process.env.TEST_DATABASE_URL ? null : join(makeFolder(), 'server')
const {
  TEST_DATABASE_URL: url = execFileSync(SERVER, ['start', folder ?? ''], { encoding: 'utf8' }).trim(),
} = process.env
try {
  const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'postgres', ...paths], {
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: url, ...(all && { TEST_ALL_OF_BOT: '1' }) },
  })
  process.exitCode = status ?? 1
} finally {
  if (folder) execFileSync(SERVER, ['stop', folder])
}

/** A folder that the server's user may enter. */
function makeFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'rotation-'))
  chmodSync(made, 0o755)
  return made
}
