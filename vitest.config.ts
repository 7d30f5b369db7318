import { accessSync, constants, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const MEMORY = '/dev/shm'
const ENOUGH_BYTES = 2 ** 30

/** A folder in memory where Linux has a large one: the databases of tests need not outlive a power failure. */
function scratchFolder(): string {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= ENOUGH_BYTES ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** These run on both databases; the others on SQLite alone. */
const ON_BOTH = [
  'test/db/*.test.ts',
  'test/operations/**/*.test.ts',
  'test/outbox/*.test.ts',
  'test/bot/{escalation,incident,kill,outages,promotion,reminders,sign-off,whole-rotation}.test.ts',
]
const ON_POSTGRES_ALONE = ['test/db/postgres/*.test.ts', 'test/replicas/*.test.ts']

const { TEST_DATABASE_URL, TEST_ALL_OF_BOT } = process.env

const sqlite: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'sqlite',
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/architecture/**', 'test/peers/**', ...ON_POSTGRES_ALONE],
  },
}

const postgres: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'postgres',
    include: [...ON_BOTH, ...ON_POSTGRES_ALONE, ...(TEST_ALL_OF_BOT ? ['test/bot/**/*.test.ts'] : [])],
    env: { TEST_DIALECT: 'postgres' },
    // Each statement is a journey to another process.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    globalSetup: 'test/support/postgres-template.ts',
  },
}

if (!TEST_DATABASE_URL)
  process.stderr.write('TEST_DATABASE_URL names no PostgreSQL server: the tests run on SQLite alone.\n')

export default defineConfig({
  test: {
    projects: TEST_DATABASE_URL ? [sqlite, postgres] : [sqlite],
    // Suites start real servers and child processes, on small machines; most of the time they wait, so that more of them
    // than there are processors run beside one another; fewer where PostgreSQL needs a processor, too.
    maxWorkers: TEST_DATABASE_URL ? 5 : 7,
    // A worker loads the bot once, not once a file: a file must close what it opens.
    isolate: false,
    // SQLite waits for the disk at every commit.
    env: { TMPDIR: scratchFolder() },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // As long as people wait for what they expect (`PATIENCE`); one second is too short on a busy machine.
    expect: { poll: { timeout: 15_000 } },
  },
})
