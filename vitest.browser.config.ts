import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    // Each file has a bot and a browser of its own, and waits for the simulated workflows most of the time.
    maxWorkers: 3,
  },
})
