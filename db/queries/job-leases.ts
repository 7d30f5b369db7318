import { type Moment, timeOf } from '../dialect.ts'
import type { Db, ReadDb } from '../schema.ts'

export interface Lease {
  /** When the lease ends, ms since 1970. */
  until: Moment
  holder: string
}

/** Lets jobs that wait because of one of these problems run now. */
export async function releaseJobs(tx: Db, problems: readonly string[]): Promise<void> {
  await tx
    .updateTable('outboxJobs')
    .set({ nextAt: 0 })
    .where('doneAt', 'is', null)
    .where('state', '=', 'queued')
    .where('problem', 'in', problems)
    .execute()
}

/**
 * Makes jobs that wait due so much earlier. At worst one is tried too early; what an earlier attempt may have done is looked for as
 * always.
 *
 * @param ms milliseconds
 */
export async function bringForward(db: Db, ms: number): Promise<void> {
  await db
    .updateTable('outboxJobs')
    .set((eb) => ({ nextAt: eb('nextAt', '-', ms) }))
    .where('doneAt', 'is', null)
    .where('nextAt', '>', 0)
    .execute()
}

/** Makes jobs due that wait longer than any pause, but not those that another system limits. */
export async function limitWaits(db: Db, longestMs: number): Promise<void> {
  await db
    .updateTable('outboxJobs')
    .set({ nextAt: timeOf(db) })
    .where('doneAt', 'is', null)
    .where('limitedUntil', 'is', null)
    .where('nextAt', '>', timeOf(db, longestMs))
    .execute()
}

/** Shortens leases of jobs and scheduled tasks that are longer; a process that runs extends its own. */
export async function limitLeases(db: Db, longestMs: number): Promise<void> {
  const latest = timeOf(db, longestMs)
  await db
    .updateTable('outboxJobs')
    .set({ leaseUntil: latest })
    .where('doneAt', 'is', null)
    .where('leaseUntil', '>', latest)
    .execute()
  await db
    .updateTable('scheduledTasks')
    .set({ leaseUntil: latest })
    .where('leaseUntil', '>', latest)
    .execute()
}

/** Extends the leases of long jobs. */
export async function setJobLease(db: Db, ids: number[], lease: Lease): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('outboxJobs')
    .set({ leaseUntil: lease.until })
    .where('id', 'in', ids)
    .where('leaseHolder', '=', lease.holder)
    .execute()
}

/** The processes that hold a lease of a job or of a scheduled task. */
export async function findLeaseHolders(db: ReadDb): Promise<string[]> {
  const rows = await db
    .selectFrom('outboxJobs')
    .select('leaseHolder')
    .where('leaseHolder', 'is not', null)
    .where('leaseUntil', 'is not', null)
    .union(db.selectFrom('scheduledTasks').select('leaseHolder').where('leaseUntil', 'is not', null))
    .execute()
  return rows.flatMap((row) => row.leaseHolder ?? [])
}

/**
 * Releases the leases of dead processes, so that their jobs and tasks need not wait until these end.
 *
 * @param from when their jobs may run again
 */
export async function releaseLeases(db: Db, dead: string[], from: Moment): Promise<void> {
  if (dead.length === 0) return
  await db
    .updateTable('outboxJobs')
    .set({ leaseUntil: null, nextAt: from })
    .where('doneAt', 'is', null)
    .where('leaseHolder', 'in', dead)
    .execute()
  await db.updateTable('scheduledTasks').set({ leaseUntil: null }).where('leaseHolder', 'in', dead).execute()
}
