import {
  findNewestHolders,
  findPostedReminders,
  type PostedJob,
  type PostedReminder,
  setPostedReminder,
} from '#db/queries/posted-reminders'
import { type MessageNow, messageNow } from '#domain/reminders/answered-reminders'
import { remindersFor } from '#domain/reminders/reminder-recipients'
import { readCode } from '#integrations/slack/slack-errors'
import type { Context } from '#src/context'
import { contentDigest, prepareReminders } from './compose-reminder.ts'
import type { Handler } from './handler.ts'

/** Older ones are not edited any more: newer ones of the same subjects were posted since. */
const LOOKED_AT = 60

/** It was deleted, or belongs to a channel that the bot may no longer write to. */
const UNEDITABLE = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found']

/**
 * Edits posted reminders whose content changed: what is being rotated or done is said there, and a button that no longer applies
 * is removed.
 */
export const handleReminderEdits: Handler<'reminder-edits'> = async (_, context) => {
  const edited: { key: string; posted: PostedReminder }[] = []
  for (const each of await findPostedReminders(context.db, LOOKED_AT)) {
    const posted = await edit(each, context)
    if (posted) edited.push({ key: each.key, posted })
  }
  return {
    save: async (tx) => {
      for (const { key, posted } of edited) await setPostedReminder(tx, key, posted)
    },
  }
}

/** Null where nothing changed. */
async function edit({ message, user, posted }: PostedJob, context: Context): Promise<PostedReminder | null> {
  const { reminders, compose } = await prepareReminders(context, message)
  const own = user === null ? reminders : remindersFor(user, reminders, context.config.owners)
  const secrets = posted.named.flatMap((each) => each.secrets)
  const now = messageNow(posted.about, posted.named, own, await findNewestHolders(context.db, secrets))
  const content = await compose(now)
  const shown = contentDigest(content)
  if (shown === posted.shown) return null
  try {
    await context.slack.chat.update({ channel: posted.channel, ts: posted.ts, ...content })
  } catch (error) {
    if (!UNEDITABLE.includes(readCode(error) ?? '')) throw error
    return { ...posted, final: true }
  }
  return { ...posted, shown, final: isFinal(now) }
}

/** An open rotation may still be aborted, so that the reminder applies again. */
const isFinal = ({ pending, answered }: MessageNow): boolean =>
  pending.length === 0 && answered.every((each) => each.kind !== 'token-due' || each.answer !== 'rotating')
