import { randomBytes } from 'node:crypto'
import { BOT, TEAM } from '#sandbox/demo-users'
import { joinedConversation } from '../conversations.ts'
import type { Dict } from '../json.ts'
import type { Message } from '../model.ts'
import { SlackError } from '../slack-error.ts'
import { messageKey, type SlackState } from '../state.ts'
import { type Call, type Method, requiredArg } from './call.ts'
import { findMessage } from './chat.ts'

/** Lifetime of a Socket Mode ticket, in milliseconds of real time. */
const TICKET_MS = 30_000

function authTest({ state }: Call): Dict {
  return {
    url: `${state.world.url()}/`,
    team: TEAM.name,
    user: BOT.name,
    team_id: TEAM.id,
    user_id: BOT.userId,
    bot_id: BOT.botId,
    is_enterprise_install: false,
  }
}

function openConnection({ state }: Call): Dict {
  const ticket = randomBytes(24).toString('base64url')
  state.tickets.put(ticket, Date.now())
  const url = new URL(`${state.world.url()}/slack/socket`)
  url.protocol = 'ws:'
  url.searchParams.set('ticket', ticket)
  url.searchParams.set('app_id', BOT.appId)
  return { url: url.href }
}

/** True for the first use of a valid ticket. */
export function redeemTicket(state: SlackState, ticket: string): boolean {
  const now = Date.now()
  const at = state.tickets.get(ticket)
  state.tickets.delete(ticket)
  return at !== undefined && now - at <= TICKET_MS
}

function addReaction({ state, args }: Call): Dict {
  const name = requiredArg(args, 'name').replaceAll(':', '')
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new SlackError('invalid_name')
  const conversation = joinedConversation(state, requiredArg(args, 'channel'))
  const message = findMessage(state, conversation.id, requiredArg(args, 'timestamp'))
  state.messages.put(messageKey(message.channel, message.ts), withReaction(message, name))
  return {}
}

function withReaction(message: Message, name: string): Message {
  const reactions = message.reactions ?? []
  const before = reactions.find((reaction) => reaction.name === name)
  if (before?.users.includes(BOT.userId)) throw new SlackError('already_reacted')
  const after = { name, users: [...(before?.users ?? []), BOT.userId] }
  return { ...message, reactions: [...reactions.filter((reaction) => reaction !== before), after] }
}

export const WORKSPACE_METHODS: Record<string, Method> = {
  'auth.test': authTest,
  'reactions.add': addReaction,
}

/** Methods that need the app-level token. */
export const APP_METHODS: Record<string, Method> = {
  'apps.connections.open': openConnection,
}
