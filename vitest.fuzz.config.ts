import { defineConfig } from 'vitest/config'

/** `npm test` tries 500 texts for each property; this many are tried here. */
const RUNS = process.env.FUZZ_RUNS ?? '10000'

export default defineConfig({
  test: { include: ['test/fuzz/*.test.ts'], env: { FUZZ_RUNS: RUNS }, testTimeout: 1_200_000 },
})
