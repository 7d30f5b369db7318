import { BOT } from '#sandbox/demo-users'
import type { Dict } from './json.ts'
import type { Conversation } from './model.ts'
import { SlackError } from './slack-error.ts'
import { botIsIn, imOf, type SlackState } from './state.ts'

/** A conversation that the bot may know. @throws SlackError `channel_not_found` */
export function findConversation(state: SlackState, id: string): Conversation {
  const conversation = state.conversations.get(id)
  if (!conversation) throw new SlackError('channel_not_found')
  return conversation
}

/** A conversation that can be written to. @throws SlackError `channel_not_found`, `not_in_channel`, `is_archived` */
export function writableConversation(state: SlackState, id: string): Conversation {
  const conversation = joinedConversation(state, id)
  if (conversation.archived) throw new SlackError('is_archived')
  return conversation
}

/** A conversation that the bot is a member of. @throws SlackError `channel_not_found`, `not_in_channel` */
export function joinedConversation(state: SlackState, id: string): Conversation {
  const conversation = findConversation(state, id)
  if (!botIsIn(conversation)) throw new SlackError('not_in_channel')
  return conversation
}

/** Target of `chat.postMessage`: an id, a channel name with or without `#`, or a user, for the IM. */
export function postTarget(state: SlackState, channel: string): Conversation {
  const name = channel.replace(/^#/, '')
  const named = state.conversations.all().find((each) => each.kind === 'channel' && each.name === name)
  const direct = state.conversations.get(channel) ?? named ?? imOf(state, channel)
  return writableConversation(state, direct?.id ?? channel)
}

export const isMember = (conversation: Conversation, user: string): boolean =>
  conversation.members.includes(user)

/** Adds the bot. Returns false when it was a member. */
export function joinBot(state: SlackState, conversation: Conversation): boolean {
  if (botIsIn(conversation)) return false
  state.conversations.put(conversation.id, {
    ...conversation,
    members: [...conversation.members, BOT.userId],
  })
  return true
}

export function presentConversation(conversation: Conversation): Dict {
  const shared = {
    id: conversation.id,
    created: conversation.created,
    is_archived: conversation.archived ?? false,
    is_org_shared: false,
  }
  if (conversation.kind === 'im') {
    return {
      ...shared,
      is_im: true,
      user: conversation.user,
      is_user_deleted: false,
      is_open: true,
      priority: 0,
    }
  }
  return {
    ...shared,
    name: conversation.name,
    name_normalized: conversation.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: false,
    is_general: conversation.name === 'general',
    is_shared: false,
    is_ext_shared: false,
    is_member: botIsIn(conversation),
    creator: conversation.members[0],
    topic: { value: conversation.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    num_members: conversation.members.length,
  }
}
