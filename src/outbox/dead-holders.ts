import { hostname } from 'node:os'
import { findAbsent, timeOf } from '#db/dialect'
import { findLeaseHolders, releaseLeases } from '#db/queries/job-leases'
import type { Db } from '#db/schema'

/** For so long a request of a killed process may be on its way; only then a job looks for what it did, in milliseconds. */
const ARRIVED_MS = 4_000

/**
 * Releases the leases of processes that have ended. With PostgreSQL those that two looks in a row find without their connection:
 * one that was only cut is back before the second. With SQLite those that ran on this machine and have exited; other leases expire.
 *
 * @param holder of this process
 * @returns looks once; true when something was released
 */
export function watchHolders(holder: string): (db: Db) => Promise<boolean> {
  let absentBefore = new Set<string>()
  return async (db) => {
    const others = (await findLeaseHolders(db)).filter((each) => each !== holder)
    const absent = await findAbsent(db, others)
    const dead = absent ? absent.filter((each) => absentBefore.has(each)) : others.filter(hasExited)
    absentBefore = new Set(absent)
    await releaseLeases(db, dead, timeOf(db, ARRIVED_MS))
    return dead.length > 0
  }
}

function hasExited(holder: string): boolean {
  const [host, pid] = holder.split(':')
  if (host !== hostname()) return false
  // In a container every process can have the same pid: an older holder with ours has exited.
  if (Number(pid) === process.pid) return true
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    // Any other error, such as another account's process, proves nothing.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
