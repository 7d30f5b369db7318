import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CREDENTIALS } from '#sandbox/demo-users'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'

const event = (parts: object = {}) => ({
  routing_key: CREDENTIALS.pagerRoutingKey,
  event_action: 'trigger',
  dedup_key: 'a-key',
  payload: { summary: 'It burns', source: 'here', severity: 'critical' },
  ...parts,
})

describe('the pager', () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterEach(() => sandbox.close())

  const enqueue = (body: object | string) =>
    fetch(`${sandbox.url}/pagerduty/v2/enqueue`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const rest = (path: string, token: string = CREDENTIALS.pagerApiToken) =>
    fetch(`${sandbox.url}/pagerduty${path}`, { headers: { authorization: `Token token=${token}` } })
  const incidents = async (key: string) => {
    const answer = await rest(`/incidents?incident_key=${key}&include[]=acknowledgers`)
    return ((await answer.json()) as { incidents: { status: string; acknowledgements: object[] }[] })
      .incidents
  }
  const control = async (body?: object) => {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const answer = await fetch(`${sandbox.url}/sandbox/api/pager`, init)
    return (await answer.json()) as { alerts: { id: string; timeline: { what: string }[] }[] }
  }

  it('opens one alert for a key, however often it is triggered', async () => {
    for (const _ of [1, 2]) {
      const answer = await enqueue(event())
      expect(answer.status).toBe(202)
      expect(await answer.json()).toEqual({
        status: 'success',
        message: 'Event processed',
        dedup_key: 'a-key',
      })
    }
    const { alerts } = await control()
    expect(alerts).toHaveLength(1)
    expect(alerts[0]?.timeline).toHaveLength(2)
  })

  it('opens another once the first is resolved', async () => {
    await enqueue(event())
    await enqueue(event({ event_action: 'resolve' }))
    expect((await incidents('a-key')).map((each) => each.status)).toEqual(['resolved'])
    await enqueue(event())
    expect((await incidents('a-key')).map((each) => each.status)).toEqual(['triggered', 'resolved'])
  })

  it('accepts a resolve with an unknown key, and an unknown routing key', async () => {
    expect((await enqueue(event({ event_action: 'resolve', dedup_key: 'unknown' }))).status).toBe(202)
    expect((await enqueue(event({ routing_key: 'x'.repeat(32) }))).status).toBe(202)
    expect((await control()).alerts).toEqual([])
  })

  it.each([
    ['no JSON', 'not json', 'JSON'],
    ['a short routing key', event({ routing_key: 'short' }), '32 characters'],
    ['an unknown action', event({ event_action: 'shout' }), 'event_action'],
    ['a long key', event({ dedup_key: 'x'.repeat(256) }), 'dedup_key'],
    ['no summary', event({ payload: { source: 'here', severity: 'info' } }), 'summary'],
    [
      'a long summary',
      event({ payload: { summary: 'x'.repeat(1_025), source: 'a', severity: 'info' } }),
      'summary',
    ],
    ['an unknown severity', event({ payload: { summary: 'x', source: 'a', severity: 'P1' } }), 'severity'],
    ['a link without an address', event({ links: [{ text: 'card' }] }), 'links'],
  ])('refuses %s', async (_, body, named) => {
    const answer = await enqueue(body)
    expect(answer.status).toBe(400)
    const { status, errors } = (await answer.json()) as { status: string; errors: string[] }
    expect(status).toBe('invalid event')
    expect(errors.join()).toContain(named)
  })

  it('returns who is on call, with e-mail addresses on request only', async () => {
    const first = async (query: string) => {
      const { oncalls } = (await (await rest(`/oncalls?${query}`)).json()) as {
        oncalls: { user: { email?: string } }[]
      }
      return oncalls[0]
    }
    expect((await first('escalation_policy_ids[]=PPOLICY&include[]=users'))?.user.email).toBe(
      'operator@flashfusion.test',
    )
    expect((await first('escalation_policy_ids[]=PPOLICY'))?.user.email).toBeUndefined()
    expect(await first('schedule_ids[]=PELSEWHERE')).toBeUndefined()
    sandbox.world.faults.set('oncall-empty', true)
    expect(await first('escalation_policy_ids[]=PPOLICY')).toBeUndefined()
  })

  it('lets the person on call acknowledge and resolve, and shows it', async () => {
    await enqueue(event())
    const [alert] = (await control()).alerts
    await control({ id: alert?.id, action: 'acknowledge' })
    const [incident] = await incidents('a-key')
    expect(incident?.status).toBe('acknowledged')
    expect(incident?.acknowledgements).toEqual([
      expect.objectContaining({
        acknowledger: expect.objectContaining({ email: 'operator@flashfusion.test' }),
      }),
    ])
  })

  it('refuses an unknown token, and can be rate-limited', async () => {
    expect((await rest('/oncalls', 'wrong')).status).toBe(401)
    sandbox.world.faults.set('pager-rate-limited', true)
    expect((await enqueue(event())).status).toBe(429)
  })
})
