/** Pauses in which only time passes, in milliseconds. */
export interface Waits {
  /** Between two looks at a run that an open modal shows. */
  betweenLooks: number
  /** Before the first retry of a failed outbox job; each further retry waits twice as long. */
  beforeRetry: number
  /** Until a dispatched run appears in GitHub's list. */
  forDispatchedRun: number
}

export const WAITS: Waits = { betweenLooks: 1_000, beforeRetry: 1_000, forDispatchedRun: 5_000 }
