const EVERY_MS = 1_000

/**
 * The clock of a sandbox that runs in another process, so that moving it moves the bot too. Follows within a second;
 * keeps the last known offset while the sandbox is out of reach.
 *
 * @param url `…/sandbox/api/clock`
 */
export function followClock(url: string): { now(): string } {
  let offsetMs = 0
  const read = async () => {
    try {
      const answer: unknown = await (await fetch(url)).json()
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
