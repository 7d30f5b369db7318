import { setTimeout as sleep } from 'node:timers/promises'

/** Calls arrive less evenly than they start, so the window is a little longer than what is promised. Milliseconds. */
const MARGIN_MS = 50

/**
 * Limits how many calls start within any window. The returned function waits until its caller's turn, first come first served.
 *
 * @param most calls in a window
 * @param windowMs its length in milliseconds
 */
export function limitRate(most: number, windowMs: number): () => Promise<void> {
  /** When the last `most` calls started or will start, by the process's own clock. */
  const starts: number[] = []
  return async () => {
    const now = performance.now()
    const [first = now] = starts
    const start = starts.length < most ? now : Math.max(now, first + windowMs + MARGIN_MS)
    starts.push(start)
    if (starts.length > most) starts.shift()
    if (start > now) await sleep(start - now)
  }
}
