import type { KnownBlock } from '@slack/types'
import type { Handler } from './handler.ts'
import { underCard } from './lost-card.ts'
import { postOnce } from './post-once.ts'

/** Posts a message in the card's thread. */
export const handleThreadMessage: Handler<'thread-message'> = async (job, context) => {
  const { text, blocks, eventType, broadcast } = job.payload
  const ts = await underCard(context, job.rotationId, ({ channel, ts: threadTs }) =>
    postOnce(context, job, { channel, threadTs }, () => ({
      text,
      // Rendered by a view when queued, stored as JSON.
      blocks: (blocks ?? []) as KnownBlock[],
      eventType,
      broadcast,
    })),
  )
  return { result: { ts } }
}
