import type { Clock } from '#src/context'

const EVERY_MS = 1_000

/**
 * The clock of a sandbox in another process: moving its time moves the bot's within a second. Keeps the last offset
 * while the sandbox cannot be reached.
 *
 * @param url `…/sandbox/api/clock`
 */
export function followClock(url: string): Clock {
  let offsetMs = 0
  const read = async () => {
    try {
      const answer: unknown = await (await fetch(url, { signal: AbortSignal.timeout(EVERY_MS) })).json()
      if (
        typeof answer === 'object' &&
        answer !== null &&
        'offsetMs' in answer &&
        typeof answer.offsetMs === 'number'
      )
        offsetMs = answer.offsetMs
    } catch {
      // The sandbox is restarting.
    }
  }
  void read()
  setInterval(read, EVERY_MS).unref()
  return { now: () => new Date(Date.now() + offsetMs).toISOString() }
}
