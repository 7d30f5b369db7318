import { randomBytes } from 'node:crypto'
import { BOT } from '#sandbox/demo-users'
import type { Collection } from '../store.ts'
import type { World } from '../world.ts'
import type {
  Conversation,
  Envelope,
  Message,
  OpenView,
  ResponseUrl,
  Trigger,
  UploadedFile,
  User,
} from './model.ts'

export const SLACKBOT: User = { id: 'USLACKBOT', name: 'slackbot', realName: 'Slackbot' }

/** Slack's stored state. Every change is on disk before its answer is sent, and the page is notified. */
export interface SlackState {
  world: World
  users: Collection<User>
  conversations: Collection<Conversation>
  messages: Collection<Message>
  views: Collection<OpenView>
  /** Ids of open modals by user, bottom first. */
  stacks: Collection<string[]>
  homes: Collection<OpenView>
  /** Timestamp of the last read message, by `user:channel`. */
  reads: Collection<string>
  files: Collection<UploadedFile>
  triggers: Collection<Trigger>
  responseUrls: Collection<ResponseUrl>
  /** Unacknowledged envelopes by id. */
  pending: Collection<Envelope>
  /** The newest acknowledged envelope, under `newest`. */
  acknowledged: Collection<Envelope>
  /** Socket Mode tickets with their creation time, in milliseconds of the machine's clock. */
  tickets: Collection<number>
}

export function createState(world: World): SlackState {
  const { store } = world
  return {
    world,
    users: store.collection('slack.users'),
    conversations: watched(world, store.collection('slack.conversations')),
    messages: watched(world, store.collection('slack.messages')),
    views: watched(world, store.collection('slack.views')),
    stacks: watched(world, store.collection('slack.stacks')),
    homes: watched(world, store.collection('slack.homes')),
    reads: watched(world, store.collection('slack.reads')),
    files: watched(world, store.collection('slack.files')),
    triggers: store.collection('slack.triggers'),
    responseUrls: store.collection('slack.response-urls'),
    pending: store.collection('slack.pending'),
    acknowledged: store.collection('slack.acknowledged'),
    tickets: store.collection('slack.tickets'),
  }
}

function watched<T>(world: World, collection: Collection<T>): Collection<T> {
  return {
    ...collection,
    put(id, doc) {
      collection.put(id, doc)
      world.changed('slack')
      return doc
    },
    delete(id) {
      collection.delete(id)
      world.changed('slack')
    },
  }
}

/** Unix seconds on the sandbox's clock. */
export const nowSeconds = (world: World): number => Math.floor(world.clock.now().getTime() / 1000)

/** A new message timestamp such as `1700000000.000100`: unique and increasing, also across restarts. */
export function nextTs(world: World): string {
  const last = world.store.collection<[seconds: number, micros: number]>('slack.ts')
  const [seconds, micros] = last.get('last') ?? [0, 0]
  const now = nowSeconds(world)
  const next: [number, number] = now > seconds ? [now, 100] : [seconds, micros + 100]
  last.put('last', next)
  return formatTs(next[0], next[1])
}

const formatTs = (seconds: number, micros: number): string => `${seconds}.${String(micros).padStart(6, '0')}`

/** A random id in Slack's format: a letter, then upper-case letters and digits. */
export function slackId(prefix: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  return prefix + [...randomBytes(10)].map((byte) => alphabet[byte % alphabet.length]).join('')
}

export const messageKey = (channel: string, ts: string): string => `${channel}:${ts}`

/** Messages of a conversation by timestamp. */
export function messagesIn(state: SlackState, channel: string): Message[] {
  return state.messages
    .all()
    .filter((message) => message.channel === channel)
    .sort((a, b) => compareTs(a.ts, b.ts))
}

export function compareTs(a: string, b: string): number {
  const [aSeconds = '0', aMicros = '0'] = a.split('.')
  const [bSeconds = '0', bMicros = '0'] = b.split('.')
  return (
    Number(aSeconds) - Number(bSeconds) || Number(aMicros.padEnd(6, '0')) - Number(bMicros.padEnd(6, '0'))
  )
}

/** True for messages outside threads, and for replies also sent to the channel. */
export const isTopLevel = (message: Message): boolean =>
  !message.thread_ts || message.thread_ts === message.ts || message.subtype === 'thread_broadcast'

/** Replies of a thread, oldest first, without ephemeral ones. */
export function repliesTo(state: SlackState, parent: Message): Message[] {
  return messagesIn(state, parent.channel).filter(
    (message) => message.thread_ts === parent.ts && message.ts !== parent.ts && !message.ephemeralFor,
  )
}

export const botIsIn = (conversation: Conversation): boolean => conversation.members.includes(BOT.userId)

/** The IM of a person with the bot. */
export const imOf = (state: SlackState, user: string): Conversation | undefined =>
  state.conversations.all().find((conversation) => conversation.kind === 'im' && conversation.user === user)
