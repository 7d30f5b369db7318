import type { ClaimedJob } from '#db/queries/outbox-jobs'
import type { Db } from '#db/schema'
import type { JobKind, JobPayloads, JobRotation, NewJob } from '#domain/ports/outbox-job'
import type { Context } from '#src/context'

/** A job as its handler gets it. */
export type JobOf<Kind extends JobKind> = Omit<ClaimedJob, 'kind' | 'payload' | 'rotationId'> & {
  payload: JobPayloads[Kind]
  rotationId: JobRotation<Kind>
}

export interface Outcome {
  /** Kept with the job. */
  result?: unknown
  /** Written in the transaction that marks the job as done. */
  save?: (tx: Db) => Promise<void>
  /** Jobs that follow from it, queued in the same transaction. */
  follow?: NewJob[]
}

/**
 * Does one job. From the second attempt on an earlier one may have happened although nobody heard of it, so
 * the handler looks before it acts again. Throws when it did not happen; the worker tries later.
 */
export type Handler<Kind extends JobKind> = (job: JobOf<Kind>, context: Context) => Promise<Outcome>

export const mayHaveHappened = (job: { attempts: number }): boolean => job.attempts > 1
