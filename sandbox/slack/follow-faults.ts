import { BOT, CHANNELS } from '#sandbox/demo-users'
import type { Deliveries } from './delivery.ts'
import { asText, type Dict } from './json.ts'
import { removeMessage } from './messages.ts'
import type { Conversation } from './model.ts'
import { eventPayload } from './payloads.ts'
import { compareTs, nextTs, nowSeconds, type SlackState, slackId } from './state.ts'

/** Applies faults that change the workspace. Returns a function that stops it. */
export function followFaults(state: SlackState, deliveries: Deliveries): () => void {
  const { world } = state
  let wireCut = false
  return world.onChange((topic) => {
    if (topic !== 'faults') return
    setMembership(state, deliveries, !world.faults.on('bot-removed-from-channel'))
    setArchived(state, deliveries, world.faults.on('channel-archived'))
    setName(state, deliveries, world.faults.on('channel-renamed'))
    if (world.faults.on('slack-half-open') && !wireCut) deliveries.sockets.cutWire()
    wireCut = world.faults.on('slack-half-open')
    if (world.faults.on('notice-deleted')) deleteNewestNotice(state)
  })
}

const own = (state: SlackState): Conversation[] =>
  CHANNELS.filter((channel) => channel.botIsMember).flatMap(({ id }) => state.conversations.get(id) ?? [])

/** Sends an event of the Events API about a channel. */
function tell(state: SlackState, deliveries: Deliveries, event: Dict): void {
  const payload = eventPayload(
    { ...event, event_ts: nextTs(state.world) },
    slackId('Ev'),
    nowSeconds(state.world),
  )
  void deliveries.deliver({ type: 'events_api', payload, acceptsResponse: false })
}

function setMembership(state: SlackState, deliveries: Deliveries, member: boolean): void {
  for (const channel of own(state)) {
    if (channel.members.includes(BOT.userId) === member) continue
    const others = channel.members.filter((each) => each !== BOT.userId)
    state.conversations.put(channel.id, { ...channel, members: member ? [...others, BOT.userId] : others })
    const type = member ? 'member_joined_channel' : 'channel_left'
    tell(state, deliveries, { type, channel: channel.id, ...(member ? { user: BOT.userId } : {}) })
  }
}

function setArchived(state: SlackState, deliveries: Deliveries, archived: boolean): void {
  for (const channel of own(state)) {
    if ((channel.archived ?? false) === archived) continue
    state.conversations.put(channel.id, { ...channel, archived })
    tell(state, deliveries, {
      type: archived ? 'channel_archive' : 'channel_unarchive',
      channel: channel.id,
      user: 'U0OPERATOR',
    })
  }
}

const RENAMED = '-renamed'

function setName(state: SlackState, deliveries: Deliveries, renamed: boolean): void {
  for (const channel of own(state)) {
    if (channel.name.endsWith(RENAMED) === renamed) continue
    const name = renamed ? `${channel.name}${RENAMED}` : channel.name.slice(0, -RENAMED.length)
    state.conversations.put(channel.id, { ...channel, name })
    const { id, created } = channel
    tell(state, deliveries, { type: 'channel_rename', channel: { id, name, created } })
  }
}

const NOTICES = ['rotation_notice', 'rotation_test_notice']

/** Deletes the bot's newest notice, as a workspace admin may. */
export function deleteNewestNotice(state: SlackState): void {
  const [newest] = state.messages
    .all()
    .filter((message) => NOTICES.includes(asText(message.metadata?.event_type)))
    .sort((a, b) => compareTs(b.ts, a.ts))
  if (newest) removeMessage(state, newest)
}
