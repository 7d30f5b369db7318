import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findEscalations } from '#db/queries/escalations'
import { acknowledge } from '#operations/answer-escalation'
import { CREDENTIALS } from '#sandbox/demo-users'
import type { FaultId } from '#sandbox/faults'
import { alertIn, alertsOf, calls } from '#test/support/pager'
import { eventually, type Message, type Person, wordsOf } from '#test/support/person'
import {
  completeAllSteps,
  completeStep,
  escalate,
  openStep,
  signOff,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const HOUR = 3_600_000

describe('people on call', () => {
  let workspace: Workspace
  let operator: Person
  beforeEach(async () => {
    workspace = await openWorkspace()
    operator = workspace.operator
  })
  afterEach(() => workspace.close())

  const fault = (id: FaultId, on: boolean) => operator.post('faults', { id, on })

  /** The newest call, once it says something. */
  const callWith = (part: string, person = operator): Promise<Message> =>
    eventually(
      async () => (await calls(person)).findLast((each) => wordsOf(each).includes(part)),
      `a call with “${part}”`,
    )

  const failingWorkflow = async (): Promise<string> => {
    const label = await start(operator, { scope: ['environment:staging'] })
    await completeStep(operator, label, 'inventory-review')
    await completeStep(operator, label, 'automation-health')
    await fault('workflow-fails', true)
    const view = await openStep(operator, label, 'rotation-execution')
    await operator.press(view, 'start-workflow')
    return label
  }

  it('are not left with a page that reaches the pager after it was resolved', async () => {
    const label = await failingWorkflow()
    const { dedupKey } = await alertIn(operator, 'triggered')
    // As if its first attempt had been given up and were still on its way.
    const { db } = workspace.bot.context
    await db.updateTable('outboxJobs').set({ attempts: 2 }).where('key', 'like', 'page:%:trigger').execute()
    await operator.type(`/rotation abort ${label}`)
    await operator.submit(await operator.modal('abort'), { reason: 'The page was late.' })
    await alertIn(operator, 'resolved')
    const late = {
      routing_key: CREDENTIALS.pagerRoutingKey,
      event_action: 'trigger',
      dedup_key: dedupKey,
      payload: { summary: 'late', source: 'late', severity: 'critical' },
    }
    const body = JSON.stringify(late)
    const headers = { 'content-type': 'application/json' }
    await fetch(`${workspace.sandbox.url}/pagerduty/v2/enqueue`, { method: 'POST', headers, body })
    expect(await alertsOf(operator)).toHaveLength(2)
    await eventually(
      async () => (await alertsOf(operator)).every(({ status }) => status === 'resolved'),
      'that every page is resolved',
    )
  })

  it('are paged when a workflow fails, answer, and are stood down when it succeeds', async () => {
    const label = await failingWorkflow()
    const alert = await alertIn(operator, 'triggered')
    const card = await operator.card(label, 'On-call notified')
    expect(alert).toMatchObject({ severity: 'critical', class: 'run-failed' })
    expect(alert.summary).toContain(`${label}, 3 tokens`.replace('3 tokens', 'staging'))
    expect(alert.links[0]?.href).toContain(card.ts.replace('.', ''))
    const call = await callWith('The rotation workflow failed')
    expect(call.text).toContain('<!subteam^S0DEVOPSONCALL>')
    expect(call.text).toContain('<@U0OPERATOR>')
    expect(call.thread_ts).toBe(card.ts)
    // The card leads to the page.
    await operator.card(label, `#pager/${alert.id}`)

    await operator.click(await callWith('acknowledged yet'), 'acknowledge')
    await alertIn(operator, 'acknowledged')
    await callWith('Acknowledged by operator')
    await operator.card(label, 'Acknowledged by operator')

    await fault('workflow-fails', false)
    for (const view of await operator.views()) await operator.close(view)
    const again = await openStep(operator, label, 'rotation-execution')
    await operator.press(again, 'start-workflow')
    await alertIn(operator, 'resolved')
    await callWith('✓ Resolved')
    await eventually(
      async () => !wordsOf(await operator.card(label)).includes('On-call notified'),
      'a card without the call',
    )
    const thread = (await operator.thread(card.ts)).map(wordsOf)
    expect(thread.filter((line) => line.includes('☎ Resolved: a workflow failed'))).toHaveLength(1)
    expect(await calls(operator)).toHaveLength(1)
    expect(await alertsOf(operator)).toHaveLength(1)
    const { db } = workspace.bot.context
    const events = await db
      .selectFrom('events')
      .select('type')
      .where('type', 'like', 'escalat%')
      .orderBy('count')
      .execute()
    expect(events.map((event) => event.type)).toEqual([
      'escalated',
      'escalation-acknowledged',
      'escalation-resolved',
    ])
  }, 60_000)

  it('are seen to answer in the pager itself', async () => {
    const label = await failingWorkflow()
    const alert = await alertIn(operator, 'triggered')
    await operator.post('pager', { id: alert.id, action: 'acknowledge' })
    await callWith('Acknowledged by operator')
    await operator.card(label, 'Acknowledged by operator')
    const refused = await calls(operator)
    expect(wordsOf(refused)).not.toContain('acknowledged yet')
  }, 60_000)

  it('learn from one message in the channel that a page was refused, and are paged when it is fixed', async () => {
    await fault('pager-refuses', true)
    const label = await failingWorkflow()
    const outage = await callWith('was not delivered')
    expect(outage.text).toContain('<!subteam^S0DEVOPSONCALL>')
    expect(wordsOf(outage)).toContain("'routing_key' is incorrect")
    await operator.card(label, 'page to on-call')
    await escalate(operator, label)
    await callWith('help was requested')
    await fault('pager-refuses', false)
    const { db } = workspace.bot.context
    // Waiting alone does not help against a 400, so that it is tried every five minutes only.
    await eventually(async () => {
      const rows = await db
        .updateTable('outboxJobs')
        .set({ nextAt: 0 })
        .where('kind', '=', 'page')
        .executeTakeFirst()
      return rows.numUpdatedRows > 0n && (await alertsOf(operator)).length === 2
    }, 'both pages')
    await callWith('pager works again')
    const sent = (await calls(operator)).filter((each) => wordsOf(each).includes('was not delivered'))
    expect(sent).toHaveLength(1)
  }, 60_000)

  it.each(['pager-rate-limited', 'pager-unavailable'] as const)(
    'are notified in the channel when %s, and paged as soon as it is over',
    async (id) => {
      await fault(id, true)
      const label = await failingWorkflow()
      await eventually(
        async () => (await calls(operator)).some((each) => wordsOf(each).includes('was not delivered')),
        'the outage',
      )
      await operator.card(label, 'Not yet delivered')
      expect(await alertsOf(operator)).toEqual([])
      await fault(id, false)
      await alertIn(operator, 'triggered')
      await callWith('pager works again')
    },
    90_000,
  )

  it('are looked for in vain where the schedule is empty, and it is said', async () => {
    await fault('oncall-empty', true)
    await failingWorkflow()
    const call = await callWith('PagerDuty has nobody on call now')
    expect(call.text).toContain('<!subteam^S0DEVOPSONCALL>')
    await alertIn(operator, 'triggered')
  }, 60_000)

  it('are called for a signature that is missing for a day, and stood down by it', async () => {
    const label = await start(operator, { scope: ['environment:staging', 'agent:evaluator'] })
    await completeAllSteps(operator, label)
    await operator.post('clock', { advanceMs: 23 * HOUR })
    await signOff(workspace.devopsLead, label, 'devops-lead')
    expect(await alertsOf(operator)).toEqual([])
    await operator.post('clock', { advanceMs: 2 * HOUR })
    const alert = await alertIn(operator, 'triggered')
    expect(alert.summary).toContain('AI Ops owner')
    expect(alert.summary).not.toContain('DevOps lead')
    await signOff(workspace.aiOpsOwner, label, 'ai-ops-owner')
    await alertIn(operator, 'resolved')
  }, 90_000)

  it('are called for a check that still fails after its retries, and stood down when it passes', async () => {
    await fault('metadata-missing', true)
    const label = await start(operator, { scope: ['environment:sandbox'] })
    await operator.close(await openStep(operator, label, 'inventory-review'))
    const failures = async () =>
      (
        await workspace.bot.context.db
          .selectFrom('checks')
          .select('id')
          .where('checkId', '=', 'metadata-complete')
          .where('state', '=', 'failed')
          .execute()
      ).length
    await eventually(async () => (await failures()) === 1, 'the first failure')
    for (const count of [2, 3]) {
      expect(await alertsOf(operator)).toEqual([])
      await operator.post('clock', { advanceMs: 10 * 60_000 + 1_000 })
      await eventually(async () => (await failures()) === count, `failure ${count}`)
    }
    const alert = await alertIn(operator, 'triggered')
    expect(alert).toMatchObject({ class: 'check-failed' })
    expect(alert.summary).toContain('tool-runner/sandbox lacks owner')
    await fault('metadata-missing', false)
    // The list of secrets is shared for a second of real time, which an hour by the moved clock does not contain.
    await sleep(1_100)
    await operator.post('clock', { advanceMs: HOUR + 1_000 })
    await alertIn(operator, 'resolved')
    expect(await calls(operator)).toHaveLength(1)
  }, 60_000)

  it('may be called by anybody with a part in it, and say that it is dealt with', async () => {
    const label = await start(operator, { scope: ['environment:sandbox'] })
    await escalate(workspace.devopsLead, label)
    await alertIn(operator, 'triggered')
    const call = await callWith('help was requested')
    await workspace.bystander.click(call, 'acknowledge')
    await workspace.bystander.ephemeral('You may not respond to escalations')
    await operator.click(call, 'acknowledge')
    await alertIn(operator, 'acknowledged')
    await operator.click(await callWith('Acknowledged by operator'), 'stand-down')
    await alertIn(operator, 'resolved')
    const [escalation] = await findEscalations(workspace.bot.context.db, 1)
    const again = acknowledge(workspace.bot.context, escalation?.id ?? 0, { by: operator.id, via: 'slack' })
    await expect(again).rejects.toMatchObject({ code: 'escalation-already-resolved' })
  }, 60_000)
})

describe('without a pager', () => {
  it('notifies the group, and each member by a direct message, once', async () => {
    const workspace = await openWorkspace({
      connect: async (env) => ({ ...env, PAGERDUTY_ROUTING_KEY: '', PAGERDUTY_API_TOKEN: '' }),
    })
    try {
      const { operator, devopsLead } = workspace
      const label = await start(operator, { scope: ['environment:sandbox'] })
      await escalate(devopsLead, label)
      const direct = await eventually(async () => {
        const found = await calls(operator, 'D0OPERATOR')
        return found.length > 0 && found
      }, 'a direct message')
      expect(direct).toHaveLength(1)
      expect(wordsOf(direct)).toContain('You are on call')
      expect((await calls(devopsLead)).map((each) => each.text).join()).toContain('<!subteam^S0DEVOPSONCALL>')
      expect(await calls(devopsLead, 'D0DEVOPSLEAD')).toEqual([])
      expect(await alertsOf(operator)).toEqual([])
      const [message] = direct
      if (message) await operator.click(message, 'acknowledge', 'D0OPERATOR')
      await operator.card(label, 'Acknowledged by operator')
    } finally {
      await workspace.close()
    }
  }, 60_000)
})
