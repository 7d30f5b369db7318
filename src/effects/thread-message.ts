import type { KnownBlock } from '@slack/types'
import { findMessage, type Message } from '#db/queries/messages'
import { rotationLabel } from '#rotation/rotation'
import type { Context } from '#src/context'
import { findPosted } from './find-posted.ts'
import { type Handler, mayHaveHappened } from './handler.ts'
import { postedSince } from './posted-since.ts'

/** Posts a message in the card's thread. */
export const handleThreadMessage: Handler<'thread-message'> = async (effect, context) => {
  const { channel, ts: threadTs } = await cardOf(context, effect.rotationId)
  const place = { channel, threadTs, oldest: postedSince(effect) }
  const found = mayHaveHappened(effect)
    ? await findPosted(context.slack, place, { effectId: effect.key })
    : null
  if (found) return { result: { ts: found.ts } }
  const { text, blocks, eventType, broadcast } = effect.payload
  const message = {
    channel,
    thread_ts: threadTs,
    text,
    // Made by a view when it was queued, and stored as JSON since.
    blocks: (blocks ?? []) as KnownBlock[],
    unfurl_links: false,
    metadata: {
      event_type: eventType,
      event_payload: { rotation_id: rotationLabel(effect.rotationId), effect_id: effect.key },
    },
  }
  const posted = await context.slack.chat.postMessage(
    broadcast ? { ...message, reply_broadcast: true } : message,
  )
  return { result: { ts: posted.ts } }
}

/** The card's place. Posting it comes first in the stream, so it is there. */
export async function cardOf(context: Context, rotationId: number): Promise<Message> {
  const message = await findMessage(context.db, rotationId, 'card')
  if (!message) throw new Error(`the card of ${rotationLabel(rotationId)} is not posted yet`)
  return message
}
