import { accessSync, constants, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { defineConfig } from 'vitest/config'

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

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/architecture/**', 'test/peers/**'],
    // Suites start real servers and child processes, on small machines; most of the time they wait, so that more of them
    // than there are processors run beside one another.
    maxWorkers: 4,
    // A worker loads the bot once, not once a file: a file must close what it opens.
    isolate: false,
    // SQLite waits for the disk at every commit.
    env: { TMPDIR: scratchFolder() },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
