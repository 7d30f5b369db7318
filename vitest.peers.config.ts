import { defineConfig } from 'vitest/config'

// Against the real systems, as far as they can be had: each suite says what it needs.
export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
