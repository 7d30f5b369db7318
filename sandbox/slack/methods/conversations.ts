import { BOT } from '#sandbox/demo-users'
import { findConversation, joinBot, joinedConversation, presentConversation } from '../conversations.ts'
import { deleteNewestNotice } from '../follow-faults.ts'
import type { Dict } from '../json.ts'
import { presentMessage } from '../messages.ts'
import type { Message } from '../model.ts'
import { invalidArguments, SlackError } from '../slack-error.ts'
import { compareTs, imOf, isTopLevel, messageKey, messagesIn, repliesTo } from '../state.ts'
import { type Call, flagArg, limitArg, type Method, requiredArg, textArg } from './call.ts'
import { nextPage, pageOf } from './page.ts'

const TYPES: Record<string, 'channel' | 'im' | undefined> = {
  public_channel: 'channel',
  im: 'im',
  private_channel: undefined,
  mpim: undefined,
}

function list({ state, args }: Call): Dict {
  const types = (textArg(args, 'types') ?? 'public_channel').split(',').map((type) => type.trim())
  if (!types.every((type) => Object.hasOwn(TYPES, type))) throw new SlackError('invalid_types')
  const kinds = types.map((type) => TYPES[type])
  const archivedToo = !flagArg(args, 'exclude_archived')
  const found = state.conversations
    .all()
    .filter((conversation) => kinds.includes(conversation.kind) && (archivedToo || !conversation.archived))
  const { items, next } = pageOf(found, args, limitArg(args, 100, 1_000))
  return { channels: items.map(presentConversation), ...nextPage(next) }
}

function info({ state, args }: Call): Dict {
  const conversation = presentConversation(findConversation(state, requiredArg(args, 'channel')))
  if (flagArg(args, 'include_num_members')) return { channel: conversation }
  const { num_members: _, ...channel } = conversation
  return { channel }
}

function members({ state, args }: Call): Dict {
  const conversation = findConversation(state, requiredArg(args, 'channel'))
  const { items, next } = pageOf(conversation.members, args, limitArg(args, 100, 1_000))
  return { members: items, ...nextPage(next) }
}

/** Between `oldest` and `latest`; the limits themselves only with `inclusive`. */
function withinRange(args: Dict): (message: Message) => boolean {
  const oldest = textArg(args, 'oldest')
  const latest = textArg(args, 'latest')
  for (const [name, ts] of [['oldest', oldest] as const, ['latest', latest] as const]) {
    if (ts !== undefined && !/^\d+(\.\d+)?$/.test(ts)) throw new SlackError(`invalid_ts_${name}`)
  }
  const edge = flagArg(args, 'inclusive') ? 0 : 1
  return ({ ts }) =>
    (oldest === undefined || compareTs(ts, oldest) >= edge) &&
    (latest === undefined || compareTs(latest, ts) >= edge)
}

function history({ state, args }: Call): Dict {
  const conversation = joinedConversation(state, requiredArg(args, 'channel'))
  if (state.world.faults.on('notice-deleted')) deleteNewestNotice(state)
  const visible = messagesIn(state, conversation.id)
    .filter((message) => !message.ephemeralFor && isTopLevel(message))
    .filter(withinRange(args))
    .reverse()
  const { items, next } = pageOf(visible, args, limitArg(args, 100, 999))
  const metadata = flagArg(args, 'include_all_metadata')
  return {
    messages: items.map((message) => presentMessage(state, message, metadata)),
    has_more: next !== '',
    pin_count: 0,
    ...(next === '' ? {} : nextPage(next)),
  }
}

function replies({ state, args }: Call): Dict {
  const conversation = joinedConversation(state, requiredArg(args, 'channel'))
  const first = state.messages.get(messageKey(conversation.id, requiredArg(args, 'ts')))
  if (!first || first.ephemeralFor) throw new SlackError('thread_not_found')
  // The timestamp of a reply selects only that reply, as in Slack.
  const answers = first.thread_ts && first.thread_ts !== first.ts ? [] : repliesTo(state, first)
  const inRange = withinRange(args)
  const thread = [first, ...answers.filter(inRange)]
  const { items, next } = pageOf(thread, args, limitArg(args, 1_000, 1_000))
  const metadata = flagArg(args, 'include_all_metadata')
  return {
    messages: items.map((message) => presentMessage(state, message, metadata)),
    has_more: next !== '',
    ...(next === '' ? {} : nextPage(next)),
  }
}

function join({ state, args }: Call): Dict {
  const conversation = findConversation(state, requiredArg(args, 'channel'))
  if (conversation.kind !== 'channel') throw new SlackError('method_not_supported_for_channel_type')
  const joined = joinBot(state, conversation)
  const channel = presentConversation(findConversation(state, conversation.id))
  if (joined) return { channel }
  return { channel, warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } }
}

function open({ state, args }: Call): Dict {
  const users = textArg(args, 'users')?.split(',') ?? []
  const given = textArg(args, 'channel')
  if (users.length === 0 && given === undefined) throw new SlackError('users_list_not_supplied')
  if (users.length > 1) throw invalidArguments('the sandbox opens conversations with one person only')
  if (users[0] === BOT.userId) throw new SlackError('cannot_dm_bot')
  if (users[0] !== undefined && !state.users.get(users[0])) throw new SlackError('user_not_found')
  const im = given === undefined ? imOf(state, users[0] ?? '') : findConversation(state, given)
  if (!im) throw new SlackError('cannot_dm_bot')
  const channel = flagArg(args, 'return_im') ? presentConversation(im) : { id: im.id }
  return { no_op: true, already_open: true, channel }
}

export const CONVERSATION_METHODS: Record<string, Method> = {
  'conversations.list': list,
  'conversations.info': info,
  'conversations.members': members,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.join': join,
  'conversations.open': open,
}
