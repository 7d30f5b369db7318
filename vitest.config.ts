import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/architecture/**', 'test/peers/**'],
    // Suites start real servers and child processes, on small machines; most of the time they wait, so that more of them
    // than there are processors run beside one another.
    maxWorkers: 4,
    // A worker loads the bot once, not once a file: a file must close what it opens.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
