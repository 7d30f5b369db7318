import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '#config/config'
import { type PageEvent, Undeliverable } from '#domain/ports/pager'
import { pagerDuty, pagerDutyDirectory } from '#integrations/pagerduty/pagerduty'
import type { FaultId } from '#sandbox/faults'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'

const TRIGGER: PageEvent = {
  action: 'trigger',
  key: 'rotation/R42/run-failed/1',
  summary: 'R42: the rotation workflow failed',
  severity: 'critical',
  source: 'flashfusion/agents',
  component: 'production',
  cause: 'run-failed',
  links: [{ href: 'https://slack.example/card', text: 'Card of R42' }],
  details: { rotation: 'R42' },
  at: '2026-11-23T09:00:00.000Z',
}

describe('PagerDuty', () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterEach(() => sandbox.close())

  const configWith = (env: Record<string, string> = {}) => readConfig({ ...sandbox.env, ...env })
  const pager = (env: Record<string, string> = {}) => {
    const found = pagerDuty(configWith(env).env)
    if (!found) throw new Error('no pager')
    return found
  }
  const directory = (
    env: Record<string, string> = {},
    names: Partial<ReturnType<typeof configWith>['pager']> = {},
  ) => {
    const config = configWith(env)
    const found = pagerDutyDirectory({ ...config, pager: { ...config.pager, ...names } })
    if (!found) throw new Error('no directory')
    return found
  }
  const alerts = async () => {
    const answer = await fetch(`${sandbox.url}/sandbox/api/pager`)
    return ((await answer.json()) as { alerts: Record<string, unknown>[] }).alerts
  }
  const fault = (id: FaultId, on: boolean) => sandbox.world.faults.set(id, on)

  it('is not there without its keys', () => {
    expect(pagerDuty(configWith({ PAGERDUTY_ROUTING_KEY: '' }).env)).toBeNull()
    expect(pagerDutyDirectory(configWith({ PAGERDUTY_API_TOKEN: '' }))).toBeNull()
  })

  it('triggers, acknowledges and resolves one alert by its key', async () => {
    await pager().send(TRIGGER)
    await pager().send(TRIGGER)
    expect(await alerts()).toEqual([
      expect.objectContaining({
        status: 'triggered',
        severity: 'critical',
        summary: 'R42: the rotation workflow failed',
        links: [{ href: 'https://slack.example/card', text: 'Card of R42' }],
      }),
    ])
    await pager().send({ action: 'acknowledge', key: TRIGGER.key })
    expect(await alerts()).toEqual([expect.objectContaining({ status: 'acknowledged' })])
    await pager().send({ action: 'resolve', key: TRIGGER.key })
    expect(await alerts()).toEqual([expect.objectContaining({ status: 'resolved' })])
  })

  it('takes the address with or without the path', async () => {
    await pager({ PAGERDUTY_EVENTS_URL: `${sandbox.url}/pagerduty/v2/enqueue` }).send(TRIGGER)
    expect(await alerts()).toHaveLength(1)
  })

  it('sends what people wrote without addresses that become links', async () => {
    await pager().send({
      ...TRIGGER,
      summary: 'R42: see evil.com',
      details: { reason: 'ask mail@evil.com, https://evil.com' },
    })
    const [alert] = await alerts()
    expect(alert?.summary).toBe('R42: see evil\u2060.com')
    expect(JSON.stringify(alert)).not.toMatch(/evil\.com|mail@evil|https:\/\/evil/)
  })

  it('keeps a summary within what PagerDuty takes, without half a character', async () => {
    await pager().send({ ...TRIGGER, summary: `${'x'.repeat(1_023)}🔑🔑` })
    const [alert] = await alerts()
    expect(String(alert?.summary).length).toBeLessThanOrEqual(1_024)
    expect(String(alert?.summary).isWellFormed()).toBe(true)
  })

  const failure = async (act: () => Promise<unknown>): Promise<unknown> => {
    try {
      await act()
    } catch (error) {
      return error
    }
    throw new Error('nothing was thrown')
  }

  it('says what a 400 says, and that waiting will not help', async () => {
    fault('pager-refuses', true)
    const error = await failure(() => pager().send(TRIGGER))
    expect(error).toBeInstanceOf(Undeliverable)
    expect(error).toMatchObject({
      permanent: true,
      message: expect.stringContaining("'routing_key' is incorrect"),
    })
  })

  it('waits as long as a 429 says', async () => {
    fault('pager-rate-limited', true)
    expect(await failure(() => pager().send(TRIGGER))).toMatchObject({
      permanent: false,
      limit: { system: 'PagerDuty', ms: 2_000 },
    })
  })

  it('gives up on a pager that does not answer, and on one that is not there', async () => {
    fault('pager-unavailable', true)
    expect(await failure(() => pager().send(TRIGGER))).toMatchObject({
      permanent: false,
      message: expect.stringContaining('did not answer'),
    })
    const nowhere = pager({ PAGERDUTY_EVENTS_URL: 'http://127.0.0.1:40009' })
    expect(await failure(() => nowhere.send(TRIGGER))).toMatchObject({
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expect(await failure(() => directory().onCall())).toMatchObject({ name: 'NotReadable' })
  }, 20_000)

  it('names who is paged first, by policy or schedule, and null when neither is configured', async () => {
    const first = [{ name: 'Primary on call', email: 'operator@flashfusion.test' }]
    expect(await directory().onCall()).toEqual(first)
    const schedule = { 'escalation-policy': null, schedule: 'PSCHEDULE' }
    expect(await directory({}, schedule).onCall()).toEqual(first)
    expect(await directory({}, { 'escalation-policy': 'PELSEWHERE' }).onCall()).toEqual([])
    expect(await directory({}, { 'escalation-policy': null }).onCall()).toBeNull()
  })

  it('finds a page by its key, and who has it', async () => {
    expect(await directory().findPage(TRIGGER.key)).toBeNull()
    await pager().send(TRIGGER)
    expect(await directory().findPage(TRIGGER.key)).toMatchObject({
      state: 'triggered',
      acknowledgedBy: null,
    })
    const [alert] = await alerts()
    await fetch(`${sandbox.url}/sandbox/api/pager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: alert?.id, action: 'acknowledge' }),
    })
    expect(await directory().findPage(TRIGGER.key)).toEqual({
      state: 'acknowledged',
      url: `${sandbox.url}/#pager/${alert?.id}`,
      acknowledgedBy: { name: 'Primary on call', email: 'operator@flashfusion.test' },
    })
  })

  it('says that the token is not accepted', async () => {
    expect(await failure(() => directory({ PAGERDUTY_API_TOKEN: 'wrong' }).onCall())).toMatchObject({
      name: 'NotReadable',
      message: expect.stringContaining('PAGERDUTY_API_TOKEN'),
    })
  })
})
