import { createClock, type SandboxClock } from './clock.ts'
import { createFaults, type Faults } from './faults.ts'
import type { Store } from './store.ts'

/** What a change was about; the page reads the part again. */
export type Topic = 'slack' | 'secrets' | 'ci' | 'repository' | 'pager' | 'clock' | 'faults' | 'telemetry'

/** What every part of the sandbox is built on. */
export interface World {
  store: Store
  clock: SandboxClock
  faults: Faults
  /** Base address of the server, such as `http://127.0.0.1:3210`, without a trailing slash. */
  url: () => string
  /** Tells the page and the other parts that something changed. */
  changed(topic: Topic): void
  /** Calls back at every change. Returns the way to stop it. */
  onChange(listener: (topic: Topic) => void): () => void
}

/** What every part is built on, over this state. @param url the server's address, once it is known */
export function createWorld(store: Store, url: () => string): World {
  const listeners = new Set<(topic: Topic) => void>()
  return {
    store,
    clock: createClock(store),
    faults: createFaults(store),
    url,
    changed(topic) {
      for (const listener of listeners) listener(topic)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
