import { defineConfig } from 'vitest/config'

/** Against real peers that have to be installed first, so not part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file starts its own peers, and waits for them most of the time.
    maxWorkers: 3,
  },
})
