import { BOT, CHANNELS } from '#sandbox/demo-users'
import { asText } from './json.ts'
import { removeMessage } from './messages.ts'
import { compareTs, type SlackState } from './state.ts'

/** Applies faults that change the workspace. Returns a function that stops it. */
export function followFaults(state: SlackState): () => void {
  const { world } = state
  return world.onChange((topic) => {
    if (topic !== 'faults') return
    setMembership(state, !world.faults.on('bot-removed-from-channel'))
    if (world.faults.on('notice-deleted')) deleteNewestNotice(state)
  })
}

function setMembership(state: SlackState, member: boolean): void {
  for (const { id } of CHANNELS.filter((channel) => channel.botIsMember)) {
    const channel = state.conversations.get(id)
    if (!channel || channel.members.includes(BOT.userId) === member) continue
    const others = channel.members.filter((each) => each !== BOT.userId)
    state.conversations.put(id, { ...channel, members: member ? [...others, BOT.userId] : others })
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
