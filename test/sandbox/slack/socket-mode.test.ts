import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebClient } from '@slack/web-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { CREDENTIALS } from '#sandbox/demo-users'
import { type Answer, CHANNEL, eventually, OPERATOR, startWorkspace, type Workspace } from './workspace.ts'

let slack: Workspace
let clients: Client[]
beforeEach(async () => {
  slack = await startWorkspace()
  clients = []
})
afterEach(async () => {
  for (const { socket } of clients) socket.terminate()
  await slack.stop()
})

interface Envelope {
  type: string
  envelope_id: string
  reason?: string
  accepts_response_payload?: boolean
  retry_attempt?: number
  retry_reason?: string
  num_connections?: number
  payload: { type?: string; command?: string; event: { type: string } }
}

/** A Socket Mode client without automatic acknowledgements. */
interface Client {
  socket: WebSocket
  received: Envelope[]
  ack(envelope: Envelope, payload?: Record<string, unknown>): void
}

async function ticketUrl(): Promise<string> {
  const app = new WebClient(CREDENTIALS.slackAppToken, { slackApiUrl: `${slack.url}/slack/api/` })
  return (await app.apps.connections.open()).url ?? ''
}

async function connect(): Promise<Client> {
  const socket = new WebSocket(await ticketUrl())
  const received: Envelope[] = []
  socket.on('message', (data) => received.push(JSON.parse(String(data)) as Envelope))
  const client: Client = {
    socket,
    received,
    ack: ({ envelope_id }, payload = {}) => socket.send(JSON.stringify({ envelope_id, payload })),
  }
  clients.push(client)
  await eventually(() => received.length > 0)
  return client
}

const command = () => slack.post('/command', { user: OPERATOR, channel: CHANNEL, text: '/rotation help' })
const openHome = () => slack.post('/home-opened', { user: OPERATOR })
const nth = (client: Client, index: number) => eventually(() => client.received[index])
const connections = async () => (await slack.get('/socket')).connections

describe('connections', () => {
  it('start with hello and the number of connections', async () => {
    const first = await connect()
    const second = await connect()
    expect(first.received[0]).toMatchObject({ type: 'hello', num_connections: 1 })
    expect(second.received[0]).toMatchObject({ type: 'hello', num_connections: 2 })
    expect(await connections()).toBe(2)
    second.socket.close()
    await eventually(async () => (await connections()) === 1)
  })

  it.each(['/slack/socket?ticket=forged', '/slack/socket', '/elsewhere'])(
    'at %s are refused',
    async (path) => {
      const socket = new WebSocket(slack.url.replace('http', 'ws') + path)
      const error = await new Promise<Error>((resolve) => socket.on('error', resolve))
      expect(error.message).toMatch(/40[14]/)
    },
  )

  it('use a ticket once', async () => {
    const url = await ticketUrl()
    const open = () =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url)
        socket.on('open', () => resolve('open'))
        socket.on('error', (error) => resolve(error.message))
      })
    expect(await open()).toBe('open')
    expect(await open()).toContain('401')
  })

  it('are ten at most', async () => {
    for (let count = 1; count <= 10; count++) await connect()
    const eleventh = await connect()
    expect(eleventh.received[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' })
    expect(await connections()).toBe(10)
  })

  it('get no envelopes after a disconnect request', async () => {
    const client = await connect()
    await slack.post('/socket/disconnect', { reason: 'refresh_requested' })
    expect(await nth(client, 1)).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' })
    expect((await command()).error).toContain('dispatch_failed')
    await eventually(() => client.socket.readyState === WebSocket.CLOSED)
  })

  it('get envelopes after a warning until they close', async () => {
    const client = await connect()
    await slack.post('/socket/disconnect', { reason: 'warning' })
    await nth(client, 1)
    const answer = command()
    client.ack(await nth(client, 2))
    expect((await answer).ok).toBe(true)
  })
})

describe('envelopes', () => {
  it('fail at once without a connection', async () => {
    const error = '/rotation failed with the error "dispatch_failed"'
    expect(await command()).toEqual({ ok: false, error })
    const { messages } = await slack.get(`/conversation?user=${OPERATOR}&channel=${CHANNEL}`)
    expect(messages.at(-1)).toMatchObject({ user: 'USLACKBOT', text: error, ephemeral: true })
  })

  it('go to one random connection', async () => {
    const both = [await connect(), await connect()]
    for (let sent = 0; sent < 30; sent++) {
      const answer = command()
      const client = await eventually(() =>
        both.find(({ received }) => received.at(-1)?.type === 'slash_commands'),
      )
      const envelope = client.received.pop()
      if (envelope) client.ack(envelope)
      expect((await answer).ok).toBe(true)
      const other = both.find((each) => each !== client)
      expect(other?.received.at(-1)?.type).not.toBe('slash_commands')
      client.received.push({ ...client.received[0]!, type: 'seen' })
    }
    // 30 times the same one of two: one in 500 million runs.
    for (const { received } of both) expect(received.some(({ type }) => type === 'seen')).toBe(true)
  })

  it('of commands accept a response, those of events do not', async () => {
    const client = await connect()
    const answer = command()
    const envelope = await nth(client, 1)
    expect(envelope).toMatchObject({ type: 'slash_commands', accepts_response_payload: true })
    expect(envelope).not.toHaveProperty('retry_attempt')
    client.ack(envelope, { text: 'Here is the help' })
    await answer
    const { messages } = await slack.get(`/conversation?user=${OPERATOR}&channel=${CHANNEL}`)
    expect(messages.at(-1)?.text).toBe('Here is the help')
    await openHome()
    expect(await nth(client, 2)).toMatchObject({
      type: 'events_api',
      accepts_response_payload: false,
      retry_attempt: 0,
      retry_reason: '',
      payload: { type: 'event_callback', event: { type: 'app_home_opened', user: OPERATOR } },
    })
  })

  it('move to another connection when theirs closes unacknowledged', async () => {
    const both = [await connect(), await connect()]
    const answer = command()
    const first = await eventually(() => both.find(({ received }) => received.length === 2))
    const second = both.find((each) => each !== first)!
    first.socket.terminate()
    const moved = await nth(second, 1)
    expect(moved.envelope_id).toBe(first.received[1]?.envelope_id)
    second.ack(moved)
    expect((await answer).ok).toBe(true)
  })

  it('wait for the next connection, within the 3 s, when the only one closes', async () => {
    const first = await connect()
    const answer = command()
    const lost = await nth(first, 1)
    first.socket.terminate()
    await eventually(async () => (await connections()) === 0)
    const second = await connect()
    const again = await nth(second, 1)
    expect(again.envelope_id).toBe(lost.envelope_id)
    second.ack(again)
    expect((await answer).ok).toBe(true)
  })

  it('of events are sent again when they are not acknowledged in 3 s', async () => {
    const client = await connect()
    await openHome()
    const again = await nth(client, 2)
    expect(again).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout' })
    expect(again.envelope_id).toBe(client.received[1]?.envelope_id)
    client.ack(again)
  })

  it('are sent once more on demand', async () => {
    const client = await connect()
    expect((await slack.post('/socket/redeliver')).ok).toBe(false)
    const answer = command()
    client.ack(await nth(client, 1))
    await answer
    expect(await slack.post('/socket/redeliver')).toEqual({ ok: true })
    expect(await nth(client, 2)).toMatchObject({ envelope_id: client.received[1]?.envelope_id })
  })

  it('lose one acknowledgement each while slack-no-ack is on', async () => {
    slack.world.faults.set('slack-no-ack', true)
    const client = await connect()
    let isDelivered = false
    const answer = command().then((result: Answer) => {
      isDelivered = true
      return result
    })
    client.ack(await nth(client, 1), { text: 'first' })
    const again = await nth(client, 2)
    expect([again.envelope_id, isDelivered]).toEqual([client.received[1]?.envelope_id, false])
    client.ack(again, { text: 'second' })
    expect((await answer).ok).toBe(true)
    const { messages } = await slack.get(`/conversation?user=${OPERATOR}&channel=${CHANNEL}`)
    expect(messages.slice(-1)).toMatchObject([{ text: 'second' }])
    expect(messages.some(({ text }) => text === 'first')).toBe(false)
  })
})

describe('a real client', () => {
  it('reconnects after a disconnect request', async () => {
    let heard = 0
    await slack.bolt((app) => {
      app.command('/rotation', async ({ ack }) => {
        heard++
        await ack()
      })
    })
    expect((await command()).ok).toBe(true)
    await slack.post('/socket/disconnect', { reason: 'refresh_requested' })
    expect(await connections()).toBe(0)
    await eventually(async () => (await connections()) === 1)
    expect((await command()).ok).toBe(true)
    expect(heard).toBe(2)
  })

  it('gets an event that happened while it was disconnected', async () => {
    await openHome()
    const visitors: string[] = []
    await slack.bolt((app) => {
      app.event('app_home_opened', async ({ event }) => {
        visitors.push(event.user)
      })
    })
    await eventually(() => visitors.length === 1)
  })
})

describe('a restart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slack-'))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('loses no message, no modal and no event', async () => {
    await slack.stop()
    const file = join(folder, 'state.db')
    slack = await startWorkspace(file)
    const { ts } = await slack.api('chat.postMessage', { channel: CHANNEL, text: 'card' })
    const view = { type: 'home', blocks: [{ type: 'divider' }] }
    await slack.api('views.publish', { user_id: OPERATOR, view })
    const before = await connect()
    await openHome()
    const event = await nth(before, 1)
    await slack.stop()

    slack = await startWorkspace(file)
    const { messages } = await slack.get(`/conversation?user=${OPERATOR}&channel=${CHANNEL}`)
    expect(messages.at(-1)).toMatchObject({ ts, text: 'card' })
    expect((await slack.get(`/home?user=${OPERATOR}`)).view.blocks).toHaveLength(1)
    const after = await connect()
    const again = await nth(after, 1)
    expect(again).toMatchObject({ envelope_id: event.envelope_id, retry_attempt: 1 })
    after.ack(again)
    const next = await slack.api('chat.postMessage', { channel: CHANNEL, text: 'next' })
    expect(Number(next.ts)).toBeGreaterThan(Number(ts))
  })
})
