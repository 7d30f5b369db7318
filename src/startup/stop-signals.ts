/** How long a stop may take, in milliseconds: container platforms kill after 10 s. */
const LONGEST_STOP_MS = 9_500

/**
 * Ends the process with 0 on SIGTERM and SIGINT, at any time. Imports nothing, so that it listens before the rest is
 * loaded: as PID 1 a process without a listener ignores these signals.
 */
export interface StopSignals {
  /** What to do before the process ends; replaces what was set before. Nothing is done while nothing is set. */
  before(stop: () => Promise<void>): void
}

/** Listens for the signals from now on. */
export function listenForStopSignals(): StopSignals {
  let stop = async () => {}
  let stopping = false
  const onSignal = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), LONGEST_STOP_MS).unref()
    try {
      await stop()
    } catch (error) {
      process.stderr.write(`The rotation bot did not stop cleanly: ${String(error)}\n`)
    }
    process.exit(0)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return {
    before(given) {
      stop = given
    },
  }
}
