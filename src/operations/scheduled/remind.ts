import { hasUnfinished } from '#db/queries/job-results'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findSent, insertReminders } from '#db/queries/reminders'
import type { Db } from '#db/schema'
import { inTransaction } from '#db/transaction'
import { dueReminders } from '#domain/reminders/due-reminders'
import type { Reminder, ReminderKey } from '#domain/reminders/reminder'
import type { Instant } from '#domain/rotation/rotation'
import { reminderJob } from '#outbox/queue/reminder-jobs'
import { loadReminderState, reminderSettings } from '#read-models/reminder-state'
import type { Context } from '#src/context'

/**
 * Claims the reminders that are due and enqueues one message with all of them. Claims nothing while an earlier message
 * is undelivered, so that an outage ends with one current message.
 */
export async function remind(context: Pick<Context, 'clock' | 'config' | 'db' | 'outbox'>): Promise<void> {
  const now = context.clock.now()
  if (await hasUnfinished(context.db, 'reminder')) return
  const due = dueReminders(await loadReminderState(context.db, now), now, reminderSettings(context))
  if (due.length === 0) return
  const claimed = await inTransaction(context.db, (tx) => claim(tx, due, now))
  if (claimed.length > 0) context.outbox.wake()
}

/** Cannot race: the transaction has the write lock from its start. */
async function claim(tx: Db, due: Reminder[], now: Instant): Promise<ReminderKey[]> {
  if (await hasUnfinished(tx, 'reminder')) return []
  const earliest = due.map((each) => each.due).sort()[0] ?? now
  const sent = new Set((await findSent(tx, earliest)).map(keyOf))
  const open = due.filter((each) => !sent.has(keyOf(each)))
  const [first] = open
  if (!first) return []
  // Its first reminder makes the message's key unique, even if the clock is set back.
  const jobKey = keyOf(first)
  await insertReminders(tx, open, { claimedAt: now, jobKey })
  await insertJobs(tx, [reminderJob(jobKey)], now)
  return open
}

const keyOf = ({ kind, subject, due }: ReminderKey): string => `reminder:${kind}:${subject}:${due}`
