import type { Env } from '#config/config'
import type { Clock } from '#src/context'

/** The machine's time, or that of the sandbox in `SANDBOX_CLOCK_URL`. */
export async function chooseClock({ SANDBOX_CLOCK_URL }: Env): Promise<Clock> {
  if (!SANDBOX_CLOCK_URL) return { now: () => new Date().toISOString() }
  const { followClock } = await import('./follow-clock.ts')
  return followClock(SANDBOX_CLOCK_URL)
}
