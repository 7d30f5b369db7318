import { createClock, type SandboxClock } from './clock.ts'
import { createFaults, type Faults } from './faults.ts'
import type { Store } from './store.ts'

export const TOPICS = [
  'slack',
  'secrets',
  'ci',
  'agents',
  'repository',
  'pager',
  'telemetry',
  'clock',
  'faults',
] as const

/** The part that a change concerns; the page reads that part again. */
export type Topic = (typeof TOPICS)[number]

/** What every part of the sandbox is built on. */
export interface World {
  store: Store
  clock: SandboxClock
  faults: Faults
  /** Base address of the server, such as `http://127.0.0.1:3210`, without a trailing slash. */
  url: () => string
  /** Notifies the page and the other parts of a change. */
  changed(topic: Topic): void
  /** Calls the listener at every change. Returns a function that removes it. */
  onChange(listener: (topic: Topic) => void): () => void
}

/** @param url read at each use, because the port is known only once the server listens */
export function createWorld(store: Store, url: () => string): World {
  const listeners = new Set<(topic: Topic) => void>()
  return {
    store,
    clock: createClock(store),
    faults: createFaults(store),
    url,
    changed: (topic) => {
      for (const listener of listeners) listener(topic)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
