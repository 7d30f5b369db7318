import { sharesTasks } from '#db/dialect'
import { type ClaimedJob, isHeld } from '#db/queries/outbox-jobs'
import type { Db } from '#db/schema'
import { CallFailed } from '#domain/ports/call-failed'
import type { JobKind, JobPayloads, JobRotation, NewJob } from '#domain/ports/outbox-job'
import type { Context } from '#src/context'

/** A claimed job with the payload of its kind. */
export type JobOf<Kind extends JobKind> = Omit<ClaimedJob, 'kind' | 'payload' | 'rotationId'> & {
  payload: JobPayloads[Kind]
  rotationId: JobRotation<Kind>
}

export interface Outcome {
  result?: unknown
  /** Runs in the transaction that marks the job as done. */
  save?: (tx: Db) => Promise<void>
  /** Follow-up jobs, enqueued in the same transaction. */
  follow?: NewJob[]
}

/**
 * Runs one job. From the second attempt on, an earlier one may have succeeded without an answer, so the handler checks
 * first. Throws if it did not succeed; the worker retries later.
 */
export type Handler<Kind extends JobKind> = (job: JobOf<Kind>, context: Context) => Promise<Outcome>

export const mayHaveHappened = (job: { attempts: number }): boolean => job.attempts > 1

/**
 * The last look before something is sent that could be sent twice. Where several bots share the jobs, one whose connection to the
 * database was cut meanwhile may have been taken for dead: another one runs the job then.
 *
 * @throws when this bot no longer holds the job
 */
export async function requireHeld(
  { db }: Pick<Context, 'db'>,
  job: Pick<ClaimedJob, 'id' | 'holder' | 'attempts'>,
): Promise<void> {
  if (sharesTasks(db) && !(await isHeld(db, job)))
    throw new Error('another bot has taken this job over, and does it')
}

/** What the handler sent certainly changed nothing: it may be sent again. */
export class NothingDone extends CallFailed {
  constructor(cause: CallFailed) {
    super(cause.message, { cause })
    this.name = 'NothingDone'
  }
}

/** The handler has to wait for something that takes its time. */
export class Postponed extends Error {
  /** Before the next attempt, in milliseconds. */
  readonly pauseMs: number

  constructor(message: string, pauseMs: number) {
    super(message)
    this.name = 'Postponed'
    this.pauseMs = pauseMs
  }
}
