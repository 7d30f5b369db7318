import { findNewestJobKey } from '#db/queries/job-results'
import type { Context } from '#src/context'
import { logParagraph } from '#views/ticket-comment'
import { type Handler, mayHaveHappened, requireHeld } from './handler.ts'
import { cardEditJob } from './queue/slack-jobs.ts'

// The log entry is queued at the same time; if the log is unavailable, the comment is written without its link.
const LOG_MS = 5_000

/** Writes the report as a ticket comment. The port finds an earlier one by the job's key before it writes. */
export const handleTicketComment: Handler<'ticket-comment'> = async (job, context) => {
  const { document } = job.payload
  const report = [...document, logParagraph(await logUrl(context, job.rotationId))]
  await requireHeld(context, job)
  const { url } = await context.tickets.comment(job.key, report, mayHaveHappened(job))
  // The card links the ticket.
  return { result: { url }, follow: [cardEditJob(job.rotationId, job.key)] }
}

async function logUrl(context: Context, rotationId: number): Promise<string | null> {
  const key = await findNewestJobKey(context.db, rotationId, 'log-entry')
  const result = key && (await context.outbox.delivered(key, LOG_MS))
  if (typeof result !== 'object' || result === null || !('fileUrl' in result)) return null
  const { fileUrl } = result
  return typeof fileUrl === 'string' && fileUrl !== '' ? fileUrl : null
}
