import { bringForward } from '#db/queries/job-leases'
import type { Db } from '#db/schema'

// What a clock that is kept right by NTP drifts between two looks is far less.
const LEAST_STEP_MS = 1_000

/**
 * For a database whose due times are by the clock of this machine: keeps jobs from waiting until a clock that was set back has
 * caught up.
 *
 * @returns looks once, and compares the clock with one that nobody sets; true when jobs are due earlier now
 */
export function watchClockSteps(): (db: Db) => Promise<boolean> {
  const distance = () => Date.now() - performance.now()
  let known = distance()
  return async (db) => {
    const seen = distance()
    const back = Math.round(known - seen)
    if (back >= LEAST_STEP_MS) await bringForward(db, back)
    known = seen
    return back >= LEAST_STEP_MS
  }
}
