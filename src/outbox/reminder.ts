import type { PostedReminder } from '#db/queries/posted-reminders'
import type { Reminder } from '#domain/reminders/reminder'
import { directRecipients, remindersFor } from '#domain/reminders/reminder-recipients'
import { openDirectMessages } from '#integrations/slack/direct-messages'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'
import { MESSAGE_TYPES } from '#views/ids'
import { contentDigest, prepareReminders } from './compose-reminder.ts'
import type { Handler, JobOf } from './handler.ts'
import { postOnce } from './post-once.ts'
import { reminderEditsJob, reminderToOwnerJob } from './queue/reminder-jobs.ts'

/**
 * Posts the claimed reminders in the channel, then to each person concerned. Skips reminders that no longer apply. Earlier
 * reminders are edited to what they say now.
 */
export const handleReminder: Handler<'reminder'> = async (job, context) => {
  const { key } = job
  const { reminders, compose } = await prepareReminders(context, key)
  if (reminders.length === 0) return { result: { skipped: 'no longer applies' } }
  const result = await post(job, context, context.channelId, {
    reminders,
    message: await compose({ pending: reminders }),
  })
  const people = directRecipients(reminders, context.config.owners)
  return {
    result,
    follow: [...people.map((user) => reminderToOwnerJob(key, user)), reminderEditsJob(`posted:${result.ts}`)],
  }
}

/** Sends one person their part of a reminder message. */
export const handleReminderToOwner: Handler<'reminder-to-owner'> = async (job, context) => {
  const { user, message } = job.payload
  const { reminders, compose } = await prepareReminders(context, message)
  const own = remindersFor(user, reminders, context.config.owners)
  if (own.length === 0) return { result: { skipped: 'no longer applies' } }
  const channel = await openDirectMessages(context.slack, user)
  return {
    result: await post(job, context, channel, { reminders: own, message: await compose({ pending: own }) }),
  }
}

async function post(
  job: JobOf<'reminder'> | JobOf<'reminder-to-owner'>,
  context: Context,
  channel: string,
  { reminders, message }: { reminders: Reminder[]; message: Message },
): Promise<PostedReminder> {
  const place = { channel, threadTs: null }
  const ts = await postOnce(context, job, place, () => ({ ...message, eventType: MESSAGE_TYPES.reminder }))
  const named = reminders.flatMap((each) =>
    each.kind === 'token-due'
      ? [{ subject: each.subject, secrets: each.tokens.map(({ secret }) => secret) }]
      : [],
  )
  const about = reminders.map(({ kind, subject }) => ({ kind, subject }))
  return { channel, ts, about, named, shown: contentDigest(message), final: false }
}
