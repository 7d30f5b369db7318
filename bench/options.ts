import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Small numbers, to try the bench itself: its figures mean nothing. */
  quick: boolean
  /** Only groups whose name contains this; empty for all. */
  only: string
  /** Also prints in which functions the bot spends its time, which slows it down. */
  profile: boolean
  /** Also starts a PostgreSQL server and measures what concerns it; PostgreSQL has to be installed. */
  postgres: boolean
}

export const readOptions = (): BenchOptions =>
  parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      profile: { type: 'boolean', default: false },
      postgres: { type: 'boolean', default: false },
    },
  }).values
