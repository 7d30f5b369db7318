import type { Records } from './records.ts'

/** How a server is restarted: as after a crash, or in order. */
export const RESTARTS = ['immediate', 'fast'] as const
export type Restart = (typeof RESTARTS)[number]

/** The database of a lane's bots, as the harness reads and disturbs it. */
export interface LaneDatabase {
  /** `DATABASE_URL` of a bot. */
  urlOf(bot: number): string
  /** Reads everything by a connection of its own. */
  read(): Promise<Records>
  /** Makes jobs due that wait for another attempt: the worker's pauses are by a clock that nobody can move. */
  retryNow(): Promise<void>
  /** Takes the lock for writing, as another process would. @returns gives it back */
  lock(): Promise<() => void>
  /** What only a server knows; null for a file. */
  server: {
    /** Resolves when it takes connections again. */
    restart(how: Restart): Promise<void>
    /** Cuts all connections of a bot. */
    cut(bot: number): void
  } | null
  close(): Promise<void>
}

export const RETRY_NOW =
  "update outbox_jobs set next_at = 0 where state = 'queued' and next_at > 0 and key not like '%-again'"
