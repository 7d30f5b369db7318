import { BOT, CHANNELS, PEOPLE } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { createState, messageKey, nextTs, nowSeconds, SLACKBOT, type SlackState } from './state.ts'

/** Creates the demo users, the bot, the channels, and an IM with the bot for each person. */
export function seedSlack(world: World): void {
  const state = createState(world)
  const people = PEOPLE.map((person) => person.id)
  const created = nowSeconds(world)
  for (const person of PEOPLE) state.users.put(person.id, { ...person })
  state.users.put(BOT.userId, { id: BOT.userId, name: BOT.name, realName: BOT.realName, botId: BOT.botId })
  state.users.put(SLACKBOT.id, SLACKBOT)

  for (const { id, name, topic, botIsMember } of CHANNELS) {
    const members = botIsMember ? [...people, BOT.userId] : people
    state.conversations.put(id, { id, kind: 'channel', name, topic, created, members })
  }
  for (const id of people) {
    // U0OPERATOR's IM is D0OPERATOR: a fixed id for configs and tests.
    const im = `D${id.slice(1)}`
    state.conversations.put(im, {
      id: im,
      kind: 'im',
      name: '',
      topic: '',
      created,
      members: [id, BOT.userId],
      user: id,
    })
  }
  welcome(state)
}

function welcome(state: SlackState): void {
  const channel = CHANNELS[0].id
  const ts = nextTs(state.world)
  const text =
    'Welcome! Token rotations are run from this channel. Type `/rotation help` to see what the bot can do.'
  state.messages.put(messageKey(channel, ts), { channel, ts, user: SLACKBOT.id, text })
}
