import { timeOf } from '../dialect.ts'
import type { Db } from '../schema.ts'
import type { Lease } from './job-leases.ts'

/** Makes a task known, due now; a known one is left as it is. */
export async function insertTask(db: Db, name: string): Promise<void> {
  await db
    .insertInto('scheduledTasks')
    .values({ name, nextAt: 0 })
    .onConflict((oc) => oc.column('name').doNothing())
    .execute()
}

/**
 * Claims a task that is due.
 *
 * @param periodMs of the task: one that is due later waits for a clock that was set back, and is due now
 * @returns false when it is not due, or another process does it
 */
export async function claimTask(db: Db, name: string, periodMs: number, lease: Lease): Promise<boolean> {
  const now = timeOf(db)
  const updated = await db
    .updateTable('scheduledTasks')
    .set({ leaseUntil: lease.until, leaseHolder: lease.holder })
    .where('name', '=', name)
    .where((eb) => eb.or([eb('nextAt', '<=', now), eb('nextAt', '>', timeOf(db, periodMs))]))
    .where((eb) => eb.or([eb('leaseUntil', 'is', null), eb('leaseUntil', '<', now)]))
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}

/** Extends the lease of a long task. */
export async function setTaskLease(db: Db, name: string, lease: Lease): Promise<void> {
  await db
    .updateTable('scheduledTasks')
    .set({ leaseUntil: lease.until })
    .where('name', '=', name)
    .where('leaseHolder', '=', lease.holder)
    .execute()
}

/** Ends a task's run. @param pauseMs until any process does it again, in milliseconds */
export async function setTaskDone(db: Db, name: string, holder: string, pauseMs: number): Promise<void> {
  await db
    .updateTable('scheduledTasks')
    .set({ nextAt: timeOf(db, pauseMs), leaseUntil: null, leaseHolder: null })
    .where('name', '=', name)
    .where('leaseHolder', '=', holder)
    .execute()
}
