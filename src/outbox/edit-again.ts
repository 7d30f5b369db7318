import type { NewJob } from '#domain/ports/outbox-job'
import { type Handler, mayHaveHappened } from './handler.ts'
import { editAgainJob } from './queue/edit-again-jobs.ts'

/** Queues the edit among the others of its message. */
export const handleEditAgain: Handler<'edit-again'> = async ({ payload }) => ({ follow: [payload.edit] })

/**
 * What follows an edit: where an earlier attempt had no answer, it may still arrive, after this one or a newer one.
 *
 * @param again the same edit. @param cause makes its key unlike others
 */
export const afterEdit = (
  job: { id: number; attempts: number },
  again: (cause: string) => NewJob,
): { follow: NewJob[] } => ({
  follow: mayHaveHappened(job) ? [editAgainJob(again(`again:${job.id}`))] : [],
})
