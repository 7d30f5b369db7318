import { parseArgs } from 'node:util'
import { secretName, TOKENS } from '#sandbox/aws/tokens'
import { CHANNELS, ENVIRONMENTS } from '#sandbox/demo-users'
import { createSandbox } from '#sandbox/sandbox'
import { createState } from '#sandbox/slack/state'
import type { World } from '#sandbox/world'
import { benchPerson } from './names.ts'
import { Tap } from './tap.ts'

/*
 * The sandbox in a process of its own, as `npm run sandbox` starts it, with more people and tokens, and with a tap in
 * front of it. Prints the addresses and the variables that connect an app as one line of JSON.
 */

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '0' },
    tokens: { type: 'string', default: '9' },
    'ci-step-ms': { type: 'string', default: '1000' },
  },
})

/** Before the sandbox is seeded from them. */
function addTokens(count: number): void {
  const tokens: { environment: string; agent: string; secret: string; owner: string }[] = TOKENS
  for (let at = tokens.length; at < count; at += 1) {
    const environment = ENVIRONMENTS[at % ENVIRONMENTS.length] ?? 'sandbox'
    const agent = `agent-${Math.floor(at / ENVIRONMENTS.length)}`
    tokens.push({ environment, agent, secret: secretName(environment, agent), owner: 'platform' })
  }
}

/** Each in the first channel, and with a conversation with the bot. */
function addPeople(world: World, count: number): void {
  const state = createState(world)
  const ids = Array.from({ length: count }, (_, at) => benchPerson(at))
  for (const id of ids) {
    state.users.put(id, { id, name: id.toLowerCase(), realName: id, email: `${id}@flashfusion.test` })
    const im = state.conversations.get('D0OPERATOR')
    if (im) {
      const members = im.members.map((member) => (member === im.user ? id : member))
      state.conversations.put(`D${id.slice(1)}`, { ...im, id: `D${id.slice(1)}`, members, user: id })
    }
  }
  const channel = state.conversations.get(CHANNELS[0].id)
  if (channel) state.conversations.put(channel.id, { ...channel, members: [...channel.members, ...ids] })
}

addTokens(Number(values.tokens))
const sandbox = await createSandbox({
  port: 0,
  file: ':memory:',
  ciStepMs: Number(values['ci-step-ms']),
  startsAtHour: 11,
})
addPeople(sandbox.world, Number(values.people))
const tap = await new Tap(sandbox.url).listen()
const env = { ...sandbox.env, SLACK_API_URL: `${tap}/slack/api/` }
process.stdout.write(`${JSON.stringify({ url: sandbox.url, tap, env })}\n`)
process.on('SIGTERM', () => process.exit(0))
