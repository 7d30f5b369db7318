import type { KnownBlock } from '@slack/types'
import { openDirectMessages } from '#integrations/slack/direct-messages'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'

/** Posts a message to one person. */
export const handleDirectMessage: Handler<'direct-message'> = async (job, context) => {
  const { user, text, blocks, eventType } = job.payload
  const place = { channel: await openDirectMessages(context.slack, user), threadTs: null }
  // Rendered by a view when queued, stored as JSON.
  const ts = await postOnce(context, job, place, () => ({
    text,
    blocks: blocks as KnownBlock[],
    eventType,
  }))
  return { result: { ts } }
}
