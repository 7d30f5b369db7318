import { bringForward, limitLeases, limitWaits } from '#db/queries/job-leases'
import type { Db } from '#db/schema'

// What a clock that is kept right by NTP drifts between two looks is far less.
const LEAST_STEP_MS = 1_000

/** The longest that a job of this bot has, in milliseconds. */
interface Longest {
  /** From an attempt until the next one is due. */
  pauseMs: number
  leaseMs: number
}

/** Keeps jobs from waiting until a clock that was set back has caught up. */
export interface ClockSteps {
  /** Lets no job wait longer than any has to: the clock may have been set back where no process saw it. */
  limit(db: Db): Promise<void>
  /**
   * Compares the clock of this machine with one that nobody sets, for a database whose due times are by it.
   *
   * @returns true when jobs are due earlier now
   */
  look(db: Db): Promise<boolean>
}

/** Begins to compare the machine's clock with one that nobody sets. */
export function watchClockSteps({ pauseMs, leaseMs }: Longest): ClockSteps {
  const distance = () => Date.now() - performance.now()
  let known = distance()
  return {
    async limit(db) {
      await limitWaits(db, pauseMs)
      await limitLeases(db, leaseMs)
    },
    async look(db) {
      const seen = distance()
      const back = Math.round(known - seen)
      // At once, because the next look may come before this one has found the database unlocked.
      known = seen
      if (back < LEAST_STEP_MS) return false
      try {
        await bringForward(db, back)
      } catch (error) {
        known += back
        throw error
      }
      await limitLeases(db, leaseMs)
      return true
    },
  }
}
