import type { SandboxClock } from './clock.ts'
import type { Faults } from './faults.ts'
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
