import { logEntryLine } from '#views/log-entry'
import type { Handler } from './handler.ts'
import { approvalNoticeJob, noticeJob, threadMessageJob } from './queue/slack-jobs.ts'
import { rotationName } from './rotation-name.ts'

/** Commits a row to the rotation log. The row's head shows whether it is already there. */
export const handleLogEntry: Handler<'log-entry'> = async (job, context) => {
  const entry = job.payload
  const { fileUrl, commitUrl } = await context.repository.appendToLog(entry)
  if (job.rotationId === null) return { result: { fileUrl, commitUrl } }
  const message = {
    text: logEntryLine(entry, await rotationName(context, job.rotationId), commitUrl ?? fileUrl),
  }
  const follow = [threadMessageJob(job.rotationId, job.key, message)]
  // Nothing is announced before git has recorded it.
  if (entry.event === 'completed') follow.push(noticeJob(job.rotationId))
  if (entry.event === 'approved') follow.push(approvalNoticeJob(job.rotationId, entry.head.count))
  return { result: { fileUrl, commitUrl }, follow }
}
