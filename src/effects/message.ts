import type { KnownBlock } from '@slack/types'
import type { Context } from '#src/context'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'

/** Posts a message of its own, to a person or into a channel. */
export const handleMessage: Handler<'message'> = async (effect, context) => {
  const { to, text, blocks, eventType } = effect.payload
  const channel = await channelFor(to, context)
  const ts = await postOnce(context, effect, { channel, threadTs: null }, () => ({
    text,
    // Made by a view when it was queued, and stored as JSON since.
    blocks: blocks as KnownBlock[],
    eventType,
  }))
  return { result: { channel, ts } }
}

async function channelFor(to: string, { slack }: Context): Promise<string> {
  if (!/^[UW]/.test(to)) return to
  const { channel } = await slack.conversations.open({ users: to })
  if (!channel?.id) throw new Error(`Slack opened no conversation with ${to}`)
  return channel.id
}
