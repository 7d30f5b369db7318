import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Small numbers, to try the bench itself: its figures mean nothing. */
  quick: boolean
  /** Only groups whose name contains this; empty for all. */
  only: string
}

export const readOptions = (): BenchOptions =>
  parseArgs({
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
  }).values
