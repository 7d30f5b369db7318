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
    // Rendered by a view when queued, stored as JSON.
    blocks: (blocks ?? []) as KnownBlock[],
    eventType,
    broadcast,
  }))
  return { result: { ts } }
}

/** The card's message. Its ordering key guarantees that it was posted first. */
export async function cardOf(context: Context, rotationId: number): Promise<Message> {
  const message = await findMessage(context.db, rotationId, 'card')
  if (!message) throw new Error(`the card of ${rotationLabel(rotationId)} is not posted yet`)
  return message
}
