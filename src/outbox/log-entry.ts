import type { Handler } from './handler.ts'
import { approvalNoticeJob, cardEditJob, noticeJob } from './queue/slack-jobs.ts'

/** Commits a row to the rotation log. The row's head shows whether it is already there. */
export const handleLogEntry: Handler<'log-entry'> = async (job, context) => {
  const entry = job.payload
  const { fileUrl, commitUrl } = await context.repository.appendToLog(entry)
  if (job.rotationId === null) return { result: { fileUrl, commitUrl } }
  // The card links the log.
  const follow = [cardEditJob(job.rotationId, job.key)]
  // Nothing is announced before git has recorded it.
  if (entry.event === 'completed') follow.push(noticeJob(job.rotationId))
  if (entry.event === 'approved') follow.push(approvalNoticeJob(job.rotationId, entry.head.count))
  return { result: { fileUrl, commitUrl }, follow }
}
