import type { ReadDb } from '#db/schema'
import type { NewJob } from '#domain/ports/outbox-job'
import type { Instant } from '#domain/rotation/rotation'
import type { LogEvent } from '#domain/rotation/rotation-log'
import { ticketCommentJob } from '#outbox/queue/ticket-jobs'
import { describeRotation } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import { ticketComment } from '#views/ticket-comment'
import type { Change } from './change.ts'

/** The ticket comment of a change. It shows the state at that moment, even if it is delivered later. */
export async function ticketReport(
  context: Context,
  { after, head, names }: Change,
  event: LogEvent,
  at: Instant,
  db: ReadDb,
): Promise<NewJob> {
  const document = ticketComment(await describeRotation(context, db, after), names, { event, at, head })
  return ticketCommentJob(after.id, head, { event, document })
}
