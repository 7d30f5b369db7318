import type { Store } from './store.ts'

/** The sandbox's time: the machine's clock plus an offset that people move forward. */
export interface SandboxClock {
  now(): Date
  /** Moves the clock forward. @param ms milliseconds, above 0 */
  advance(ms: number): void
  /** How far ahead of the machine's clock it is, in milliseconds. */
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
