import { BOT, TEAM } from '#sandbox/demo-users'
import { type Content, fallbackText, truncated } from './content.ts'
import { presentFile } from './files.ts'
import type { Dict } from './json.ts'
import type { Conversation, Message } from './model.ts'
import { fileProblems } from './shown-files.ts'
import { invalidBlocks, SlackError } from './slack-error.ts'
import { isTopLevel, messageKey, nextTs, repliesTo, type SlackState } from './state.ts'

const BOT_AUTHOR = { user: BOT.userId, bot_id: BOT.botId, app_id: BOT.appId } as const

export type NewMessage = Omit<Message, 'ts'>

export function insertMessage(state: SlackState, message: NewMessage): Message {
  const ts = nextTs(state.world)
  const thread_ts = message.thread_ts ? threadOf(state, message.channel, message.thread_ts) : undefined
  return state.messages.put(messageKey(message.channel, ts), { ...message, ts, thread_ts })
}

/** Posts a message of the bot. @param extra thread, file ids, recipient of an ephemeral message */
export function postAsBot(
  state: SlackState,
  conversation: Conversation,
  content: Content,
  extra: Partial<NewMessage> = {},
): Message {
  requireFiles(state, content)
  return insertMessage(state, {
    ...BOT_AUTHOR,
    channel: conversation.id,
    text: truncated(fallbackText(content)),
    blocks: content.blocks,
    attachments: content.attachments,
    metadata: content.metadata && Object.keys(content.metadata).length > 0 ? content.metadata : undefined,
    ...extra,
  })
}

/** @throws SlackError `invalid_blocks` for an image block whose file cannot be shown */
function requireFiles(state: SlackState, { blocks }: Content): void {
  const problems = fileProblems(state, blocks, '/blocks')
  if (problems.length > 0) throw invalidBlocks(problems)
}

/** A reply to a reply belongs to the same thread. @throws SlackError `thread_not_found`, also for a deleted message */
function threadOf(state: SlackState, channel: string, ts: string): string {
  const parent = state.messages.get(messageKey(channel, ts))
  if (!parent || parent.ephemeralFor || parent.subtype === 'tombstone')
    throw new SlackError('thread_not_found')
  return parent.thread_ts ?? parent.ts
}

/** Updates a message, and sets `edited` as Slack does. */
export function editMessage(state: SlackState, message: Message, content: Content): Message {
  requireFiles(state, content)
  const { text, blocks, attachments, metadata } = content
  return state.messages.put(messageKey(message.channel, message.ts), {
    ...message,
    text: fallbackText({ text, blocks }) || message.text,
    // Text alone removes the blocks; a call with neither keeps them.
    blocks: blocks ?? (text === undefined ? message.blocks : undefined),
    attachments: attachments ?? message.attachments,
    metadata: metadata ? (Object.keys(metadata).length > 0 ? metadata : undefined) : message.metadata,
    edited: { user: BOT.userId, ts: nextTs(state.world) },
  })
}

/** Deletes a message; one with replies leaves a tombstone. */
export function removeMessage(state: SlackState, message: Message): void {
  const key = messageKey(message.channel, message.ts)
  if (repliesTo(state, message).length === 0) {
    state.messages.delete(key)
    return
  }
  const { channel, ts, thread_ts } = message
  state.messages.put(key, {
    channel,
    ts,
    thread_ts,
    user: 'USLACKBOT',
    subtype: 'tombstone',
    text: 'This message was deleted.',
  })
}

/** The message object of the Web API. @param withMetadata as `include_all_metadata` */
export function presentMessage(state: SlackState, message: Message, withMetadata = false): Dict {
  const replies = isTopLevel(message) ? repliesTo(state, message) : []
  const { channel: _, ephemeralFor, files, metadata, ...rest } = message
  return {
    type: 'message',
    ...rest,
    team: TEAM.id,
    ...(message.bot_id ? { bot_profile: botProfile() } : {}),
    ...(files ? { files: files.map((id) => presentFile(state, id)) } : {}),
    ...(replies.length > 0 ? { thread_ts: message.ts, ...threadSummary(replies) } : {}),
    ...(message.thread_ts && message.thread_ts !== message.ts ? parentUser(state, message) : {}),
    ...(withMetadata && metadata ? { metadata } : {}),
    ...(ephemeralFor ? { is_ephemeral: true } : {}),
  }
}

export function threadSummary(replies: Message[]): Dict {
  const users = [...new Set(replies.map((reply) => reply.user))]
  return {
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: replies.at(-1)?.ts,
    is_locked: false,
    subscribed: false,
  }
}

function parentUser(state: SlackState, message: Message): Dict {
  const parent = state.messages.get(messageKey(message.channel, message.thread_ts ?? ''))
  return parent ? { parent_user_id: parent.user } : {}
}

export const botProfile = (): Dict => ({
  id: BOT.botId,
  app_id: BOT.appId,
  name: BOT.realName,
  team_id: TEAM.id,
  deleted: false,
  updated: 0,
  icons: {},
})
