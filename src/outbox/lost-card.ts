import type { Message } from '#db/queries/messages'
import { findMessage } from '#db/queries/messages'
import { insertJobs } from '#db/queries/outbox-jobs'
import { isChannelObstacle } from '#domain/ports/channel-obstacles'
import { rotationLabel } from '#domain/rotation/rotation'
import { readCode } from '#integrations/slack/slack-errors'
import type { Context } from '#src/context'
import { cardReplacementJob } from './queue/slack-jobs.ts'

/** Slack's errors for a reply below a message that was deleted, with or without a tombstone left. */
const NO_THREAD = ['thread_not_found', 'message_not_found', 'cannot_reply_to_message']

const NOT_EDITABLE = ['message_not_found', 'cant_update_message', 'edit_window_closed']

/** Whether Slack refused a reply because its parent was deleted. */
export const hasNoThread = (error: unknown): boolean => NO_THREAD.includes(readCode(error) ?? '')

/** Whether a card must be posted again, because it was deleted or can no longer be edited. */
export const isNotEditable = (error: unknown, card: Message, context: Context): boolean =>
  NOT_EDITABLE.includes(readCode(error) ?? '') || isElsewhere(error, card, context)

/** The config names another channel since, and the bot cannot post in the card's. */
const isElsewhere = (error: unknown, card: Message, { channelId }: Context): boolean =>
  card.channel !== channelId && isChannelObstacle(readCode(error))

/** The card's message. Its ordering key guarantees that it was posted first. */
export async function cardOf(context: Context, rotationId: number): Promise<Message> {
  const message = await findMessage(context.db, rotationId, 'card')
  if (!message) throw new Error(`the card of ${rotationLabel(rotationId)} is not posted yet`)
  return message
}

/**
 * Posts in the thread of a rotation's card. Where somebody deleted the card, it is posted again first: the job fails, and
 * its next attempt goes on under the new card.
 */
export async function underCard<T>(
  context: Context,
  rotationId: number,
  post: (card: Message) => Promise<T>,
): Promise<T> {
  const card = await cardOf(context, rotationId)
  try {
    return await post(card)
  } catch (error) {
    if (!hasNoThread(error) && !isElsewhere(error, card, context)) throw error
    await insertJobs(context.db, [cardReplacementJob(rotationId, card.ts)], context.clock.now())
    context.outbox.wake()
    const label = rotationLabel(rotationId)
    throw new Error(`the card of ${label} was deleted; it is posted again, and this follows under it`, {
      cause: error,
    })
  }
}
