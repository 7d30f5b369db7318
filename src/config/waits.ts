/** Pauses in which only time passes, in milliseconds. */
export interface Waits {
  /** Before the first retry of a failed outbox job; each further retry waits twice as long. */
  beforeRetry: number
  /** Until a dispatched run appears in GitHub's list. */
  forDispatchedRun: number
}

export const WAITS: Waits = { beforeRetry: 1_000, forDispatchedRun: 5_000 }
