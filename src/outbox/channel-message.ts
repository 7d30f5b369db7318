import type { KnownBlock } from '@slack/types'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'

/** Posts a message in the channel. */
export const handleChannelMessage: Handler<'channel-message'> = async (job, context) => {
  const { text, blocks, eventType } = job.payload
  const place = { channel: context.channelId, threadTs: null }
  // Rendered by a view when queued, stored as JSON.
  const ts = await postOnce(context, job, place, () => ({
    text,
    blocks: blocks as KnownBlock[],
    eventType,
  }))
  return { result: { ts } }
}
