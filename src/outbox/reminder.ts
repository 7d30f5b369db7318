import { findDelegations } from '#db/queries/delegations'
import { findNames } from '#db/queries/people'
import { findRemindersOf } from '#db/queries/reminders'
import { pendingReminders } from '#domain/reminders/pending-reminders'
import type { Reminder } from '#domain/reminders/reminder'
import { directRecipients, remindersFor } from '#domain/reminders/reminder-recipients'
import { snoozable } from '#domain/reminders/snooze'
import { loadReminderState, reminderSettings } from '#read-models/reminder-state'
import { describeRotation } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'
import { MESSAGE_TYPES } from '#views/ids'
import { reminder } from '#views/reminder'
import { openConversation } from './direct-message.ts'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'
import { reminderToOwnerJob } from './queue.ts'

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
  const place = { channel: await openConversation(context, user), threadTs: null }
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
  const state = await loadReminderState(db, now)
  const claimed = await findRemindersOf(db, key)
  const reminders = pendingReminders(state, now, reminderSettings(context)).filter((standing) =>
    claimed.some((each) => each.kind === standing.kind && each.subject === standing.subject),
  )
  const compose = async (shown: Reminder[]): Promise<Message> => {
    const about = new Set(shown.flatMap((each) => ('rotation' in each ? each.rotation : [])))
    const rotations = state.rotations.map((each) => each.rotation)
    return reminder({
      reminders: shown,
      states: await Promise.all(
        rotations
          .filter((rotation) => about.has(rotation.id))
          .map((rotation) => describeRotation(context, db, rotation)),
      ),
      delegations: await findDelegations(db, now),
      owners: config.owners,
      onCall: config.people['on-call'],
      key,
      maySnooze: snoozable({ reminders: shown, rotations }).length > 0,
      names: await findNames(db),
      now,
    })
  }
  return { reminders, compose }
}
