import { AsyncLocalStorage } from 'node:async_hooks'

/** Another process held the write lock, or the server could not be used, for longer than the caller may wait. Nothing was written. */
export class DatabaseBusy extends Error {
  readonly code = 'database-busy'

  constructor(options?: ErrorOptions) {
    super('The database is busy, or cannot be reached. Nothing was written', options)
    this.name = 'DatabaseBusy'
  }
}

/** How long statements wait for the write lock. */
export interface BusyLimit {
  /** Each statement or transaction, in milliseconds. */
  ms: number
  /** Machine time in ms after which none waits any longer; null without. */
  until: number | null
}

/** Outbox and scheduled tasks: nobody waits for their answer, and their next attempt is later. */
const DEFAULT: BusyLimit = { ms: 30_000, until: null }

const limits = new AsyncLocalStorage<BusyLimit>()

/** Runs work whose statements wait for the write lock within a limit, which may still be changed while it runs. */
export const withBusyLimit = <T>(limit: BusyLimit, work: () => T): T => limits.run(limit, work)

/** Until when a statement that begins now waits, machine time in ms. */
export function busyUntil(now: number): number {
  const { ms, until } = limits.getStore() ?? DEFAULT
  return Math.min(now + ms, until ?? Number.POSITIVE_INFINITY)
}
