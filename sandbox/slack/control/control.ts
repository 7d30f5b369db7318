import { Hono } from 'hono'
import { isMember } from '../conversations.ts'
import type { Outgoing } from '../delivery.ts'
import {
  type Action,
  actInMessage,
  actInView,
  type Outcome,
  openHome,
  type Slack,
  sendCommand,
} from '../interactions.ts'
import { asArray, asDict, asText, type Dict, isDict } from '../json.ts'
import { encodeTyped } from '../mentions.ts'
import { insertMessage } from '../messages.ts'
import type { Conversation, Message, User } from '../model.ts'
import { uploadAsPerson } from '../person-files.ts'
import { SlackError } from '../slack-error.ts'
import type { DisconnectReason } from '../socket.ts'
import { imOf, messageKey, messagesIn, type SlackState } from '../state.ts'
import { dismissView, submitView, topView } from '../submissions.ts'
import { stackOf } from '../views.ts'
import { presentThread, presentTimeline, presentView, presentWorkspace, readKey } from './present.ts'

class Refused extends Error {}

function personOf(state: SlackState, from: Dict): User {
  const user = state.users.get(asText(from.user))
  if (!user || user.botId) throw new Refused('user: name one of the people by their id')
  return user
}

function conversationOf(state: SlackState, user: User, from: Dict): Conversation {
  const conversation = state.conversations.get(asText(from.channel))
  if (!conversation || !isMember(conversation, user.id))
    throw new Refused('channel: this person is in no such one')
  return conversation
}

function messageOf(state: SlackState, user: User, channel: string, ts: unknown): Message {
  const message = state.messages.get(messageKey(channel, asText(ts)))
  if (!message || (message.ephemeralFor && message.ephemeralFor !== user.id))
    throw new Refused('ts: no such message')
  return message
}

function textOf(from: Dict): string {
  const text = asText(from.text).trim()
  if (text === '') throw new Refused('text: say something')
  return text
}

type Read = (slack: Slack, query: Dict) => Dict
type Write = (slack: Slack, body: Dict) => Outcome | Promise<Outcome>

const READS: Record<string, Read> = {
  '/workspace': ({ state }, query) => presentWorkspace(state, personOf(state, query)),
  '/conversation'({ state }, query) {
    const user = personOf(state, query)
    return { messages: presentTimeline(state, user, conversationOf(state, user, query)) }
  },
  '/thread'({ state }, query) {
    const user = personOf(state, query)
    const conversation = conversationOf(state, user, query)
    return { messages: presentThread(state, user, messageOf(state, user, conversation.id, query.ts)) }
  },
  '/views': ({ state }, query) => ({ stack: stackOf(state, personOf(state, query).id).map(presentView) }),
  '/home': ({ state }, query) => ({ view: state.homes.get(personOf(state, query).id)?.view ?? null }),
  '/interactions': ({ deliveries }) => ({ interactions: deliveries.sent().map(nameOf) }),
  '/socket': ({ deliveries }) => ({ connections: deliveries.sockets.count() }),
}

function markRead({ state }: Slack, body: Dict): Outcome {
  const user = personOf(state, body)
  const conversation = conversationOf(state, user, body)
  const last = messagesIn(state, conversation.id).at(-1)
  if (last) state.reads.put(readKey(user.id, conversation.id), last.ts)
  return { ok: true }
}

function say({ state }: Slack, body: Dict): Outcome {
  const user = personOf(state, body)
  const conversation = conversationOf(state, user, body)
  const thread_ts = asText(body.thread_ts) || undefined
  const text = encodeTyped(state, textOf(body))
  const { ts } = insertMessage(state, { channel: conversation.id, user: user.id, text, thread_ts })
  state.reads.put(readKey(user.id, conversation.id), ts)
  return { ok: true, ts }
}

function command(slack: Slack, body: Dict): Promise<Outcome> {
  const user = personOf(slack.state, body)
  return sendCommand(slack, user, conversationOf(slack.state, user, body), textOf(body))
}

function act(slack: Slack, body: Dict): Promise<Outcome> {
  const { state } = slack
  const user = personOf(state, body)
  const container = asDict(body.container)
  const action = actionIn(body)
  if (container.type === 'message') {
    const conversation = conversationOf(state, user, container)
    return actInMessage(
      slack,
      user,
      conversation,
      messageOf(state, user, conversation.id, container.ts),
      action,
    )
  }
  const id = asText(container.view_id)
  const home = state.homes.get(user.id)
  return actInView(slack, user, home?.view.id === id ? home : topView(state, user.id, id), action)
}

function actionIn(body: Dict): Action {
  const { value } = body
  if (!isDict(value)) throw new Refused("value: give the element's own payload, such as { type: 'button' }")
  const given = asDict(body.state)
  return {
    blockId: asText(body.block_id),
    actionId: asText(body.action_id),
    value,
    typed: isDict(given.values) ? given.values : given,
  }
}

function submit(slack: Slack, body: Dict): Promise<Outcome> {
  const user = personOf(slack.state, body)
  return submitView(slack, user, topView(slack.state, user.id, asText(body.view_id)), body.values)
}

function dismiss(slack: Slack, body: Dict): Promise<Outcome> {
  const user = personOf(slack.state, body)
  const open = topView(slack.state, user.id, asText(body.view_id))
  return dismissView(slack, user, open, body.is_cleared === true)
}

function visitHome(slack: Slack, body: Dict): Outcome {
  const user = personOf(slack.state, body)
  const im = imOf(slack.state, user.id)
  if (!im) throw new Refused('user: this person has no conversation with the bot')
  openHome(slack, user, im.id)
  return { ok: true }
}

const REASONS = ['refresh_requested', 'warning', 'link_disabled'] as const satisfies DisconnectReason[]

function disconnect({ deliveries }: Slack, body: Dict): Outcome {
  const reason = REASONS.find((each) => each === body.reason)
  if (!reason) throw new Refused(`reason: one of ${REASONS.join(', ')}`)
  deliveries.sockets.disconnect(reason)
  return { ok: true }
}

/** An interaction by Slack's id of it, and what was used. */
function nameOf({ type, payload }: Outgoing): Dict {
  const id = asText(payload.trigger_id) || asText(payload.event_id)
  const [action] = asArray(payload.actions).map(asDict)
  const used =
    action?.action_id ?? asDict(payload.view).callback_id ?? payload.text ?? asDict(payload.event).type
  return { id, type, used: asText(used) }
}

/** Delivers an interaction again, and says how the app answered the copy. */
async function copy({ deliveries }: Slack, body: Dict): Promise<Outcome> {
  const found = deliveries.sent().find((each) => nameOf(each).id === asText(body.id))
  if (!found) throw new Refused('id: the id of an interaction that was sent lately')
  const delivery = await deliveries.deliverAgain(found)
  return delivery.acked ? { ok: true, answer: delivery.payload } : { ok: false, error: delivery.error }
}

const WRITES: Record<string, Write> = {
  '/read': markRead,
  '/message': say,
  '/command': command,
  '/action': act,
  '/view-submission': submit,
  '/view-closed': dismiss,
  '/file': ({ state }, body) => uploadAsPerson(state, personOf(state, body), body),
  '/file-deleted'({ state }, body) {
    state.files.delete(asText(body.id))
    return { ok: true }
  },
  '/home-opened': visitHome,
  '/socket/disconnect': disconnect,
  '/socket/raw': ({ deliveries }, body) =>
    deliveries.sockets.sendRaw(asText(body.text))
      ? { ok: true }
      : { ok: false, error: 'no bot is connected' },
  '/socket/copy': copy,
  '/socket/redeliver': ({ deliveries }) =>
    deliveries.redeliverNewest()
      ? { ok: true }
      : { ok: false, error: 'there is no event to send, or no bot is connected' },
}

/** The Slack part of the control API. */
export function createSlackControl(slack: Slack): Hono {
  const app = new Hono()
  app.onError((error, c) => {
    if (error instanceof Refused) return c.json({ error: error.message }, 400)
    if (error instanceof SlackError) return c.json({ ok: false, error: error.message }, 409)
    throw error
  })
  for (const [path, read] of Object.entries(READS)) app.get(path, (c) => c.json(read(slack, c.req.query())))
  for (const [path, write] of Object.entries(WRITES)) {
    app.post(path, async (c) => {
      const body: unknown = await c.req.json().catch(() => ({}))
      return c.json(await write(slack, asDict(body)))
    })
  }
  return app
}
