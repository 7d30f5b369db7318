/**
 * Runs the tests on PostgreSQL alone: `npm run test:postgres`, with `-- --all` all of test/bot, or `-- <paths>`. Without
 * `TEST_DATABASE_URL` it starts a server for them, which PostgreSQL has to be installed for.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startPostgres } from './postgres-server.ts'

const given = process.argv.slice(2)
const all = given.includes('--all')
const paths = given.filter((each) => each !== '--all')

const server = process.env.TEST_DATABASE_URL ? null : await startPostgres()
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
const tests = spawn(process.execPath, [vitest, 'run', '--project', 'postgres', ...paths], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...(server && { TEST_DATABASE_URL: server.urlOf() }),
    ...(all && { TEST_ALL_OF_BOT: '1' }),
  },
})
// The server is stopped also where somebody stops the tests.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tests.kill(signal))
const [status] = (await once(tests, 'exit')) as [number | null]
await server?.stop()
process.exitCode = status ?? 1
