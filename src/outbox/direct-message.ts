import type { KnownBlock } from '@slack/types'
import type { Context } from '#src/context'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'

/** Posts a message to one person. */
export const handleDirectMessage: Handler<'direct-message'> = async (job, context) => {
  const { user, text, blocks, eventType } = job.payload
  const place = { channel: await openConversation(context, user), threadTs: null }
  // Rendered by a view when queued, stored as JSON.
  const ts = await postOnce(context, job, place, () => ({
    text,
    blocks: blocks as KnownBlock[],
    eventType,
  }))
  return { result: { ts } }
}

/** The id of the direct message conversation with a person. */
export async function openConversation({ slack }: Context, user: string): Promise<string> {
  const { channel } = await slack.conversations.open({ users: user })
  if (!channel?.id) throw new Error('Slack did not say which conversation it opened')
  return channel.id
}
