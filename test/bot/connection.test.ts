import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultId } from '#sandbox/faults'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** What is wrong with Slack's side never leaves the bot deaf: it gives up, tries again, and says so meanwhile. */
describe('the connection to Slack', () => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await openWorkspace()
  })
  afterAll(() => workspace.close())

  const state = () => workspace.bot.connection.state()
  const setFault = (id: FaultId, on: boolean) => {
    workspace.sandbox.world.faults.set(id, on)
    workspace.sandbox.world.changed('faults')
  }
  const refresh = (reason: string) => workspace.operator.post('slack/socket/disconnect', { reason })
  const answers = async () => {
    const before = (await workspace.bystander.messages()).length
    const { ok } = await workspace.bystander.type('/rotation help')
    return ok && (await workspace.bystander.messages()).length > before
  }
  const comesBack = async () => {
    await expect.poll(() => state().connected, { timeout: 20_000 }).toBe(true)
    expect(await answers()).toBe(true)
    expect(state().problem).toBeNull()
  }

  it.each(['slack-connection-hangs', 'slack-upgrade-hangs', 'slack-no-hello'] satisfies FaultId[])(
    'is tried again with %s after a refresh',
    async (fault) => {
      setFault(fault, true)
      await refresh('refresh_requested')
      await expect.poll(() => state().problem, { timeout: 20_000 }).toMatch(/within 3 s/)
      expect(state().connected).toBe(false)
      setFault(fault, false)
      await comesBack()
    },
  )

  it('is tried again while Slack answers 503', async () => {
    setFault('slack-unavailable', true)
    await refresh('refresh_requested')
    await expect.poll(() => state().problem, { timeout: 20_000 }).toMatch(/503/)
    setFault('slack-unavailable', false)
    await comesBack()
  })

  it('is replaced when its wire is cut without a word', async () => {
    const { reconnects } = state()
    setFault('slack-half-open', true)
    await expect.poll(() => state().reconnects, { timeout: 20_000 }).toBeGreaterThan(reconnects)
    setFault('slack-half-open', false)
    await comesBack()
  })

  it.each(['warning', 'refresh_requested'])('answers all the time through a %s', async (reason) => {
    const { reconnects } = state()
    await refresh(reason)
    for (let time = 0; time < 3; time += 1) await expect.poll(answers, { timeout: 10_000 }).toBe(true)
    await expect.poll(() => state().reconnects, { timeout: 10_000 }).toBeGreaterThan(reconnects)
    expect(state().connected).toBe(true)
  })

  it.each([
    '{}',
    'null',
    '[]',
    '7',
    'not JSON',
    '{"type":"events_api","envelope_id":"x","payload":{}}',
    '{"type":"events_api","envelope_id":"x","payload":null}',
    '{"type":"events_api","envelope_id":"x","payload":{"event":{"type":"disconnected"}}}',
    '{"type":"events_api","envelope_id":"x","payload":{"event":{"type":"app_home_opened"}}}',
    '{"type":"events_api","envelope_id":"x","payload":{"type":"event_callback","event":{"type":"app_home_opened","user":7,"tab":[]}}}',
    '{"type":"interactive","envelope_id":"x","payload":{}}',
    '{"type":"interactive","envelope_id":"x","payload":[]}',
    '{"type":"interactive","envelope_id":"x","payload":{"type":"block_actions","actions":[]}}',
    '{"type":"interactive","envelope_id":"x","payload":{"type":"block_actions","actions":{}}}',
    '{"type":"interactive","envelope_id":"x","payload":{"type":"view_submission"}}',
    '{"type":"interactive","envelope_id":"x","payload":{"type":"view_submission","view":{"callback_id":"start"},"user":{"id":"U0OPERATOR"},"team":{"id":"T"}}}',
    '{"type":"slash_commands","envelope_id":"x","payload":{"command":"/rotation"}}',
    '{"type":"slash_commands","envelope_id":"x","payload":{"command":"/rotation","text":7,"user_id":[]}}',
    '{"type":"connected","envelope_id":"x","payload":{}}',
    '{"type":"something_new","envelope_id":"x","payload":{}}',
  ])('survives %s', async (text) => {
    expect(await workspace.operator.post('slack/socket/raw', { text })).toEqual({ ok: true })
    expect(await answers()).toBe(true)
    expect(state().connected).toBe(true)
  })
})
