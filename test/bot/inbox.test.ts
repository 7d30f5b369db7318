import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEvents } from '#db/queries/events'
import { type Bot, startBot } from '#startup/bot'
import { alertsOf } from '#test/support/pager'
import { type Answers, eventually, type Person, wordsOf } from '#test/support/person'
import { QUICK_WAITS, quickTasks } from '#test/support/quick-tasks'
import { completeStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

interface Sent {
  id: string
  type: string
  used: string
}

const SCOPE = ['environment:staging']
/** What only reads answers a late copy again, to the person alone. */
const READS = ['status', 'inventory']

const anotherBot = ({ config, sandbox }: Workspace): Promise<Bot> =>
  startBot(config, { now: () => sandbox.clock.now().toISOString() }, pino({ level: 'silent' }), {
    tasks: quickTasks(),
    waits: QUICK_WAITS,
  })

/** Everything that a copy could do twice. */
async function resultsOf(
  { operator, bystander, devopsLead, aiOpsOwner }: Workspace,
  { context: { db } }: Bot,
) {
  await eventually(async () => {
    const open = await db
      .selectFrom('outboxJobs')
      .select('key')
      .where('state', 'in', ['queued', 'running'])
      .execute()
    return open.length === 0
  }, 'that the outbox is empty')
  const people = [operator, bystander, devopsLead, aiOpsOwner]
  return {
    events: (await findEvents(db)).map(({ type, rotationId }) => `R${rotationId} ${type}`),
    rotations: await db.selectFrom('rotations').select(['id', 'status', 'ownerId']).execute(),
    delegations: await db.selectFrom('delegations').select(['toId', 'endedAt']).execute(),
    checks: (await db.selectFrom('checks').select('id').execute()).length,
    messages: await Promise.all(
      people.map(async (person) => (await person.messages()).map((each) => each.ts)),
    ),
    modals: await Promise.all(
      people.map(async (person) => (await person.views()).map((view) => view.callback_id)),
    ),
    runs: (await operator.get<{ title: string }[]>('runs')).map((run) => run.title),
    alerts: (await alertsOf(operator)).length,
  }
}

describe('interactions that Slack delivers more than once', () => {
  let workspace: Workspace
  let operator: Person
  let second: Bot

  const deliverTwice = (on: boolean) => operator.post('faults', { id: 'slack-delivers-twice', on })
  const sent = async () =>
    (await operator.get<{ interactions: Sent[] }>('slack/interactions')).interactions.filter(
      ({ used }) => !READS.includes(used),
    )
  const copy = ({ id }: { id: string }) =>
    operator.post<{ ok: boolean; answer?: unknown }>('slack/socket/copy', { id })
  const incident = async (answers: Answers) => {
    await operator.type('/rotation incident')
    return operator.submit(await operator.modal('incident'), {
      trigger: 'policy-hit',
      severity: 'P1',
      reason: 'the policy was hit',
      scope: SCOPE,
      ...answers,
    })
  }

  beforeAll(async () => {
    workspace = await openWorkspace()
    operator = workspace.operator
    // Two bots with one database: a copy may reach the other one.
    second = await anotherBot(workspace)
    await deliverTwice(true)
    await start(operator, { scope: SCOPE })
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'automation-health')
    await completeStep(operator, 'R1', 'rotation-execution')
  }, 120_000)
  afterAll(async () => {
    await second.stop()
    await workspace.close()
  })

  const eventsOf = async (type: string) =>
    (await findEvents(workspace.bot.context.db)).filter((event) => event.type === type)

  it('open one rotation, complete each step once, and start one run', async () => {
    expect((await eventsOf('rotation-opened')).length).toBe(1)
    expect((await eventsOf('step-completed')).length).toBe(3)
    const runs = await operator.get<{ title: string }[]>('runs')
    expect(runs.filter((run) => run.title.startsWith('agents:rotate-tokens R1'))).toHaveLength(1)
  })

  it('run checks again once', async () => {
    const view = await openStep(operator, 'R1', 'integration-verification')
    const before = (await eventsOf('checks-run')).length
    await operator.press(view, 'run-checks')
    await eventually(async () => (await eventsOf('checks-run')).length > before, 'the checks')
    await operator.close(view)
    expect((await eventsOf('checks-run')).length).toBe(before + 1)
  })

  it('share one status, send one file, and name one delegate', async () => {
    await operator.type('/rotation status')
    await operator.click(await operator.ephemeral('Capability tokens'), 'share-status')
    await operator.type('/rotation inventory')
    await operator.click(await operator.ephemeral('secrets'), 'export-inventory')
    await operator.ephemeral('was sent to you as a direct message')
    const lastDay = new Date(workspace.sandbox.clock.now().getTime() + 3 * 24 * 60 * 60_000)
    const until = lastDay.toISOString().slice(0, 10)
    await workspace.devopsLead.type(`/rotation delegate <@${workspace.bystander.id}> until ${until}`)
    const given = () => workspace.bot.context.db.selectFrom('delegations').select('toId').execute()
    await expect.poll(given).toEqual([{ toId: workspace.bystander.id }])
    const shown = await operator.messages()
    expect(
      shown.filter((each) => !each.ephemeral && wordsOf(each).includes('Capability tokens')).length,
    ).toBe(1)
  })

  it('supersede once, and page once', async () => {
    const result = await incident({ 'open-rotation': 'supersede' })
    expect(result.errors).toBeUndefined()
    const pages = async () => (await alertsOf(operator)).length
    await expect.poll(pages, { timeout: 10_000 }).toBe(1)
    expect((await eventsOf('rotation-aborted')).map((event) => event.rotationId)).toEqual([1])
    expect((await eventsOf('rotation-opened')).map((event) => event.rotationId)).toEqual([1, 2])
    await operator.click(await operator.card('R2'), 'escalate')
    await eventually(async () => (await eventsOf('escalated')).length > 0, 'the call')
  })

  it('give a copy of a form the answer of the first, also of a refusal', async () => {
    await deliverTwice(false)
    const refused = await incident({ 'open-rotation': 'raise', severity: 'P3' })
    expect(refused.errors).toBeDefined()
    await operator.close(await operator.modal('incident'))
    const forms = (await sent()).filter(({ type, used }) => type === 'interactive' && used === 'incident')
    const answers = await Promise.all(forms.map(copy))
    expect(answers).toEqual([
      { ok: true, answer: {} },
      { ok: true, answer: { response_action: 'errors', errors: refused.errors } },
    ])
  })

  it('do nothing when they are delivered long after, after a restart, by any bot', async () => {
    await operator.type('/rotation abort R2')
    await operator.submit(await operator.modal('abort'), { reason: 'seen enough' })
    await operator.card('R2', 'aborted')
    // A task ends the call some time after the rotation.
    await eventually(async () => (await eventsOf('escalation-resolved')).length > 0, 'the end of the call')
    await second.stop()
    await workspace.bot.stop()
    second = await anotherBot(workspace)
    const before = await resultsOf(workspace, second)
    const all = await sent()
    expect(new Set(all.map(({ used }) => used)).size).toBeGreaterThan(13)
    for (const each of all) expect(await copy(each), each.used).toMatchObject({ ok: true })
    expect(await resultsOf(workspace, second)).toEqual(before)
  }, 120_000)
})
