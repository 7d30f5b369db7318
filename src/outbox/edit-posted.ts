import type { Message as Place } from '#db/queries/messages'
import { readCode } from '#integrations/slack/slack-errors'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'

/** It was deleted, or belongs to a channel that the bot may no longer write to. */
const UNEDITABLE = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found']

/** Edits a message whose facts the card has too, where it can be edited. */
export async function editPosted(
  { slack }: Context,
  { channel, ts }: Pick<Place, 'channel' | 'ts'>,
  content: Message,
): Promise<void> {
  try {
    await slack.chat.update({ channel, ts, ...content })
  } catch (error) {
    if (!UNEDITABLE.includes(readCode(error) ?? '')) throw error
  }
}
