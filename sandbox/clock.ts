import type { Store } from './store.ts'

/** The sandbox's time: the machine's clock plus an offset, which only grows. */
export interface SandboxClock {
  now(): Date
  /** @param ms milliseconds, above 0 */
  advance(ms: number): void
  /** Milliseconds ahead of the machine's clock. */
  offset(): number
}

export function createClock(store: Store): SandboxClock {
  const settings = store.collection<number>('clock')
  const offset = () => settings.get('offset') ?? 0
  return {
    now: () => new Date(Date.now() + offset()),
    advance(ms) {
      settings.put('offset', offset() + ms)
    },
    offset,
  }
}
