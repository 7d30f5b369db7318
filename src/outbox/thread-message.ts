import type { KnownBlock } from '@slack/types'
import { findMessage, type Message } from '#db/queries/messages'
import { rotationLabel } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'

/** Posts a message in the card's thread. */
export const handleThreadMessage: Handler<'thread-message'> = async (job, context) => {
  const { channel, ts: threadTs } = await cardOf(context, job.rotationId)
  const { text, blocks, eventType, broadcast } = job.payload
  const ts = await postOnce(context, job, { channel, threadTs }, () => ({
    text,
    // Made by a view when it was queued, and stored as JSON since.
    blocks: (blocks ?? []) as KnownBlock[],
    eventType,
    broadcast,
  }))
  return { result: { ts } }
}

/** The card's place. Posting it comes first under its ordering key, so it is there. */
export async function cardOf(context: Context, rotationId: number): Promise<Message> {
  const message = await findMessage(context.db, rotationId, 'card')
  if (!message) throw new Error(`the card of ${rotationLabel(rotationId)} is not posted yet`)
  return message
}
