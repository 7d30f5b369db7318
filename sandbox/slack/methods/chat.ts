import { LIMITS } from '../blocks/limits.ts'
import { lengthOf } from '../blocks/schema.ts'
import { readContent, requireShortBlocks, requireSomething } from '../content.ts'
import {
  findConversation,
  isMember,
  joinedConversation,
  postTarget,
  writableConversation,
} from '../conversations.ts'
import type { Dict } from '../json.ts'
import { editMessage, postAsBot, presentMessage, removeMessage } from '../messages.ts'
import type { Message } from '../model.ts'
import { SlackError } from '../slack-error.ts'
import { messageKey, type SlackState } from '../state.ts'
import { type Call, flagArg, type Method, requiredArg, textArg } from './call.ts'

/** A message that the Web API returns; ephemeral ones are not. */
export function findMessage(state: SlackState, channel: string, ts: string): Message {
  const message = state.messages.get(messageKey(channel, ts))
  if (!message || message.ephemeralFor || message.subtype === 'tombstone')
    throw new SlackError('message_not_found')
  return message
}

function postMessage({ state, args }: Call): Dict {
  const conversation = postTarget(state, requiredArg(args, 'channel'))
  const content = readContent(args)
  requireSomething(content)
  requireShortBlocks(content.blocks)
  const thread_ts = textArg(args, 'thread_ts')
  const broadcast = thread_ts !== undefined && flagArg(args, 'reply_broadcast')
  const message = postAsBot(state, conversation, content, {
    thread_ts,
    subtype: broadcast ? 'thread_broadcast' : undefined,
  })
  return { channel: conversation.id, ts: message.ts, message: presentMessage(state, message) }
}

function update({ state, args }: Call): Dict {
  const conversation = writableConversation(state, requiredArg(args, 'channel'))
  const message = findMessage(state, conversation.id, requiredArg(args, 'ts'))
  if (!message.bot_id) throw new SlackError('cant_update_message')
  const content = readContent(args)
  // An empty list of blocks removes them beside a text; alone it leaves no content.
  requireSomething(content)
  requireShortBlocks(content.blocks)
  if (lengthOf(content.text ?? '') > LIMITS.updatedText) throw new SlackError('msg_too_long')
  const edited = editMessage(state, message, content)
  return {
    channel: conversation.id,
    ts: edited.ts,
    text: edited.text,
    message: presentMessage(state, edited),
  }
}

function remove({ state, args }: Call): Dict {
  const conversation = joinedConversation(state, requiredArg(args, 'channel'))
  const message = findMessage(state, conversation.id, requiredArg(args, 'ts'))
  if (!message.bot_id) throw new SlackError('cant_delete_message')
  removeMessage(state, message)
  return { channel: conversation.id, ts: message.ts }
}

function postEphemeral({ state, args }: Call): Dict {
  const conversation = joinedConversation(state, requiredArg(args, 'channel'))
  const user = requiredArg(args, 'user')
  if (!state.users.get(user)) throw new SlackError('user_not_found')
  if (!isMember(conversation, user)) throw new SlackError('user_not_in_channel')
  const content = readContent(args)
  requireSomething(content)
  const thread_ts = textArg(args, 'thread_ts')
  const message = postAsBot(state, conversation, content, { thread_ts, ephemeralFor: user })
  return { message_ts: message.ts }
}

function getPermalink({ state, args }: Call): Dict {
  const conversation = findConversation(state, requiredArg(args, 'channel'))
  const message = findMessage(state, conversation.id, requiredArg(args, 'message_ts'))
  return { channel: conversation.id, permalink: permalinkOf(state, message) }
}

/** A permalink with Slack's path; it opens the page. */
function permalinkOf(state: SlackState, message: Message): string {
  const link = `${state.world.url()}/slack/archives/${message.channel}/p${message.ts.replace('.', '')}`
  const inThread = message.thread_ts && message.thread_ts !== message.ts
  return inThread ? `${link}?thread_ts=${message.thread_ts}&cid=${message.channel}` : link
}

export const CHAT_METHODS: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
}
