import { availableParallelism, loadavg } from 'node:os'

const EVERY_MS = 100
/** A timer that is so late shows that this machine cannot measure three seconds. */
const LATE_MS = 600
const MOST_LOAD = 4

/** Watches whether this process gets its turn. */
export function startSlowness(): { stop(): boolean } {
  let worst = 0
  let expected = Date.now() + EVERY_MS
  const timer = setInterval(() => {
    worst = Math.max(worst, Date.now() - expected)
    expected = Date.now() + EVERY_MS
  }, EVERY_MS)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      return worst > LATE_MS || (loadavg()[0] ?? 0) > MOST_LOAD * availableParallelism()
    },
  }
}
