import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findNewestChecksOf } from '#db/queries/checks'
import { findRevocations } from '#db/queries/revocations'
import { findRotation } from '#db/queries/rotations'
import { readLogRows } from '#domain/rotation/log-file'
import { elementsOf, eventually, type Message, wordsOf } from '#test/support/person'
import { completeStep, openSignOff, promote, signOff } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const MINUTE = 60_000

describe('a credential anomaly in production', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace({
      revoker: 'bot',
      people: { operators: ['U0OPERATOR'], 'on-call': 'U0BYSTANDER' },
    })
  })
  afterEach(() => workspace.close())

  const rotation = () => findRotation(workspace.bot.context.db, 1)
  const offers = async (action: string) =>
    elementsOf((await workspace.operator.card('R1')).blocks ?? []).some((each) => each.action_id === action)
  const logged = async () => {
    const { files } = await workspace.operator.get<{ files: { path: string; content: string }[] }>(
      'repository',
    )
    const log = files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
    return readLogRows(log).map((row) => row.event)
  }

  const open = async () => {
    const { operator } = workspace
    await operator.type('/rotation incident')
    const form = await operator.modal('incident')
    const result = await operator.submit(form, {
      trigger: 'credential-anomaly',
      severity: 'P1',
      scope: ['environment:production', 'environment:staging', 'agent:evaluator'],
      'old-versions': 'disable-when-deployed',
      reason: 'a token is used from elsewhere',
    })
    expect(result.errors).toBeUndefined()
    for (const step of ['inventory-review', 'automation-health', 'rotation-execution'] as const)
      await completeStep(operator, 'R1', step)
  }

  const actionsIn = ({ blocks = [] }: Message) => elementsOf(blocks).map((each) => each.action_id)
  const ask = async () => {
    const { bystander } = workspace
    await bystander.click(await bystander.card('R1', 'INCIDENT'), 'break-glass')
    const form = await bystander.modal('break-glass')
    const asked = await bystander.submit(form, { reason: 'agents in production are refused' })
    expect(asked.errors).toBeUndefined()
  }
  const inThread = async (words: string) => {
    const { operator } = workspace
    const card = await operator.card('R1')
    return eventually(
      async () => (await operator.thread(card.ts)).slice(1).find((each) => wordsOf(each).includes(words)),
      `“${words}” in the thread`,
    )
  }

  it('no longer asks for an acknowledgement when it is aborted', async () => {
    const { operator } = workspace
    await open()
    await ask()
    const request = await inThread('asks to deploy to production')
    expect(actionsIn(request)).toEqual(['acknowledge-break-glass'])
    await operator.click(await operator.card('R1', 'INCIDENT'), 'abort')
    await operator.submit(await operator.modal('abort'), { reason: 'a false alarm' })
    const ended = await inThread('Not acknowledged: the rotation was aborted.')
    expect(ended.ts).toBe(request.ts)
    expect(actionsIn(ended)).toEqual([])
  }, 60_000)

  it('is deployed before the sign-offs after one acknowledgement; all agents work within minutes', async () => {
    const { operator, bystander, devopsLead, aiOpsOwner } = workspace
    const began = Date.parse(workspace.bot.context.clock.now())
    await open()
    expect(await offers('deploy:production')).toBe(false)

    // On-call asks, an operator may not acknowledge, an approver does.
    await bystander.click(await bystander.card('R1', 'INCIDENT'), 'break-glass')
    expect(
      (await bystander.submit(await bystander.modal('break-glass'), { reason: '' })).errors?.reason,
    ).toBeTruthy()
    await ask()
    const request = await inThread('asks to deploy to production')
    expect(wordsOf(request)).toContain('<@U0DEVOPSLEAD>')
    await operator.click(request, 'acknowledge-break-glass')
    expect((await rotation())?.breakGlass?.acknowledgedAt).toBeNull()
    await devopsLead.click(request, 'acknowledge-break-glass')
    await operator.card('R1', 'Break-glass, a deviation from the runbook')
    const acknowledged = await inThread('asked to deploy to production')
    expect(acknowledged.ts).toBe(request.ts)
    expect(wordsOf(acknowledged)).toContain('Acknowledged by')
    expect(actionsIn(acknowledged)).toEqual([])
    await eventually(async () => (await logged()).includes('break-glass'), 'the row in the log')

    await promote(operator, 'R1')
    const minutes = (Date.parse(workspace.bot.context.clock.now()) - began) / MINUTE
    expect(await rotation()).toMatchObject({ status: 'open', promoted: [{ environment: 'production' }] })
    // The clock moves by itself with the runs, and by more than a minute while the promotion is verified.
    expect(minutes).toBeGreaterThan(1)
    expect(minutes).toBeLessThan(30)

    // Agents work on the new token in production; the rest of the runbook follows.
    const results = await findNewestChecksOf(workspace.bot.context.db, [1])
    expect(results(1).find((each) => each.check === 'agents-work:production')?.state).toBe('passed')

    await completeStep(operator, 'R1', 'integration-verification')
    await completeStep(operator, 'R1', 'audit-logging')
    const modal = await openSignOff(devopsLead, 'R1', 'devops-lead')
    const words = wordsOf(modal)
    expect(words.indexOf('a deviation from the runbook')).toBeGreaterThan(0)
    expect(words.indexOf('a deviation from the runbook')).toBeLessThan(words.indexOf('1 Inventory review'))
    expect((await devopsLead.submit(modal, { comment: '' })).errors).toBeUndefined()
    await signOff(aiOpsOwner, 'R1', 'ai-ops-owner')
    await eventually(async () => (await rotation())?.status === 'retiring', 'the status retiring')
    const states = async () =>
      (await findRevocations(workspace.bot.context.db, 1)).map((row) => [row.environment, row.state])
    // The use of old versions is read every ten seconds, so this takes longer than a card.
    for (let waited = 0; (await rotation())?.status !== 'complete' && waited < 60; waited += 1) {
      await operator.post('clock', { advanceMs: MINUTE })
      await sleep(1_000)
    }
    expect(await states()).toEqual([
      ['staging', 'proven'],
      ['production', 'proven'],
    ])
    const events = await logged()
    expect(events.filter((each) => each !== 'rotated')).toEqual([
      'incident-opened',
      'break-glass',
      'promoted',
      'validated',
      'approved',
      'completed',
    ])
  }, 240_000)
})
