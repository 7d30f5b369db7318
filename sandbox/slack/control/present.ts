import { BOT, PEOPLE, TEAM, USER_GROUPS } from '#sandbox/demo-users'
import { isMember } from '../conversations.ts'
import { bytesOf, filePath, isText } from '../files.ts'
import type { Dict } from '../json.ts'
import { threadSummary } from '../messages.ts'
import type { Conversation, Message, OpenView, User } from '../model.ts'
import { compareTs, isTopLevel, messagesIn, repliesTo, type SlackState } from '../state.ts'

function seenBy(state: SlackState, user: string, channel: string): Message[] {
  return messagesIn(state, channel).filter(
    (message) => !message.ephemeralFor || message.ephemeralFor === user,
  )
}

export const readKey = (user: string, channel: string): string => `${user}:${channel}`

function unread(state: SlackState, user: string, channel: string): number {
  const last = state.reads.get(readKey(user, channel)) ?? '0'
  return seenBy(state, user, channel).filter(
    (message) => isTopLevel(message) && message.user !== user && compareTs(message.ts, last) > 0,
  ).length
}

/** The workspace as one person sees it. */
export function presentWorkspace(state: SlackState, me: User): Dict {
  const conversations = state.conversations.all()
  const people = PEOPLE.map(({ id, name, realName }) => ({ id, name, realName }))
  return {
    team: TEAM,
    me: people.find((person) => person.id === me.id),
    people,
    bot: BOT,
    groups: USER_GROUPS,
    channels: conversations
      .filter((conversation) => conversation.kind === 'channel')
      .map((channel) => ({
        id: channel.id,
        name: channel.name,
        topic: channel.topic,
        member: isMember(channel, me.id),
        unread: unread(state, me.id, channel.id),
      })),
    dms: conversations
      .filter((conversation) => conversation.kind === 'im' && conversation.user === me.id)
      .map((im) => ({
        id: im.id,
        with: { id: BOT.userId, name: BOT.realName },
        unread: unread(state, me.id, im.id),
      })),
  }
}

/** Messages of the conversation without thread replies, oldest first. */
export function presentTimeline(state: SlackState, user: User, conversation: Conversation): Dict[] {
  return seenBy(state, user.id, conversation.id)
    .filter(isTopLevel)
    .map((message) => presentForPage(state, message))
}

/** A thread: the first message, then the replies, including ephemeral ones for this person. */
export function presentThread(state: SlackState, user: User, parent: Message): Dict[] {
  const answers = seenBy(state, user.id, parent.channel).filter(
    (message) => message.thread_ts === parent.ts && message.ts !== parent.ts,
  )
  return [parent, ...answers].map((message) => presentForPage(state, message))
}

function presentForPage(state: SlackState, message: Message): Dict {
  const author = state.users.get(message.user)
  const replies = isTopLevel(message) ? repliesTo(state, message) : []
  const { channel: _, app_id: __, ephemeralFor, files, user, bot_id, ...rest } = message
  return {
    ...rest,
    user,
    ...(bot_id ? { bot_id } : {}),
    username: bot_id ? BOT.realName : (author?.realName ?? user),
    ...(files ? { files: files.map((id) => fileForPage(state, id)) } : {}),
    ...(replies.length > 0 ? threadSummary(replies) : {}),
    ...(ephemeralFor ? { ephemeral: true } : {}),
    is_bot: bot_id !== undefined,
  }
}

/** A file with its content: text as text, anything else as base64. */
function fileForPage(state: SlackState, id: string): Dict {
  const file = state.files.get(id)
  if (!file) return { id, name: '', title: '', permalink: '', mimetype: '', size: 0, content: '' }
  return {
    id,
    name: file.name,
    title: file.title,
    permalink: `${state.world.url()}${filePath(file, 'open')}`,
    mimetype: file.mimetype,
    size: file.length,
    content: isText(file.mimetype) ? bytesOf(file).toString() : file.content,
  }
}

/** A modal with the errors of its last submission. */
export const presentView = ({ view, errors }: OpenView): Dict => ({ ...view, ...(errors ? { errors } : {}) })
