import { setImmediate as nextTurn } from 'node:timers/promises'
import { findUnpruned, pruneRotation, pruneUnboundJobs } from '#db/queries/prune'
import { inTransaction } from '#db/transaction'
import type { Context } from '#src/context'

const DAY = 86_400_000
const KEPT_DAYS = 30
/** In one run; small, because each holds the write lock for a moment. */
const ROTATIONS = 20
const JOBS = 200

/**
 * Removes what is no longer read 30 days after a rotation was closed, in small batches: done jobs, and results of checks that
 * neither a decision nor a row of the log rests on.
 */
export async function pruneClosed({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<void> {
  const now = clock.now()
  const before = new Date(Date.parse(now) - KEPT_DAYS * DAY).toISOString()
  for (const id of await findUnpruned(db, before, ROTATIONS)) {
    await inTransaction(db, (tx) => pruneRotation(tx, id, now))
    await nextTurn()
  }
  await pruneUnboundJobs(db, before, JOBS)
}
