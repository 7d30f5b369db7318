import { findDelegations } from '#db/queries/delegations'
import { findNames } from '#db/queries/people'
import type { Reminder } from '#domain/reminders/reminder'
import { directRecipients, remindersFor } from '#domain/reminders/reminder-recipients'
import { snoozable } from '#domain/reminders/snooze'
import { barredStart } from '#domain/time/windows'
import { openDirectMessages } from '#integrations/slack/direct-messages'
import { loadMessageReminders } from '#read-models/message-reminders'
import { describeRotations } from '#read-models/rotation-state'
import { windowsOf } from '#read-models/windows'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'
import { MESSAGE_TYPES } from '#views/ids'
import { reminder } from '#views/reminder'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'
import { reminderToOwnerJob } from './queue/reminder-jobs.ts'

/**
 * Posts the claimed reminders in the channel, then to each person concerned. Skips reminders that no longer apply.
 */
export const handleReminder: Handler<'reminder'> = async (job, context) => {
  const { key } = job
  const { reminders, compose } = await prepare(context, key)
  if (reminders.length === 0) return { result: { skipped: 'no longer applies' } }
  const place = { channel: context.channelId, threadTs: null }
  const ts = await postOnce(context, job, place, async () => ({
    ...(await compose(reminders)),
    eventType: MESSAGE_TYPES.reminder,
  }))
  const people = directRecipients(reminders, context.config.owners)
  return {
    result: { channel: context.channelId, ts },
    follow: people.map((user) => reminderToOwnerJob(key, user)),
  }
}

/** Sends one person their part of a reminder message. */
export const handleReminderToOwner: Handler<'reminder-to-owner'> = async (job, context) => {
  const { user, message } = job.payload
  const { reminders, compose } = await prepare(context, message)
  const theirs = remindersFor(user, reminders, context.config.owners)
  if (theirs.length === 0) return { result: { skipped: 'no longer applies' } }
  const place = { channel: await openDirectMessages(context.slack, user), threadTs: null }
  const ts = await postOnce(context, job, place, async () => ({
    ...(await compose(theirs)),
    eventType: MESSAGE_TYPES.reminder,
  }))
  return { result: { ts } }
}

/** The reminders claimed under a key that still apply, and how to render them. */
async function prepare(context: Context, key: string) {
  const { db, config } = context
  const now = context.clock.now()
  const { reminders, rotations } = await loadMessageReminders(context, key)
  const compose = async (shown: Reminder[]): Promise<Message> => {
    const about = new Set(shown.flatMap((each) => ('rotation' in each ? each.rotation : [])))
    return reminder({
      reminders: shown,
      states: await describeRotations(
        context,
        db,
        rotations.filter((rotation) => about.has(rotation.id)),
      ),
      delegations: await findDelegations(db, now),
      owners: config.owners,
      onCall: config.people['on-call'],
      key,
      maySnooze: snoozable({ reminders: shown, rotations }).length > 0,
      startBarred: barredStart(windowsOf(context), now),
      names: await findNames(db),
      now,
    })
  }
  return { reminders, compose }
}
