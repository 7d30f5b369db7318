import type { ReadDb } from '#db/schema'
import type { NewJob } from '#domain/ports/outbox-job'
import type { Instant } from '#domain/rotation/rotation'
import { type LogDetails, type LogEvent, logEntry } from '#domain/rotation/rotation-log'
import { logEntryJob } from '#outbox/queue/github-jobs'
import type { Context } from '#src/context'
import type { Change } from './change.ts'
import { ticketReport } from './ticket-report.ts'

/** The jobs of every decision about a rotation: a log entry and a ticket report. */
export async function decided(
  context: Context,
  saved: Change,
  event: LogEvent,
  at: Instant,
  db: ReadDb,
  details: LogDetails = {},
): Promise<NewJob[]> {
  const { after, head, names } = saved
  return [
    logEntryJob(after.id, logEntry(after, event, at, head, names, details)),
    await ticketReport(context, saved, event, at, db),
  ]
}
