import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findEvents } from '#db/queries/events'
import { abortRotation } from '#operations/abort-rotation'
import { AlreadyTaken, withInteraction } from '#operations/interaction'
import { lastRegistry } from '#operations/readings/read-registry'
import { startRotation } from '#operations/start-rotation'
import { type Bot, startBot } from '#startup/bot'
import { alertsOf } from '#test/support/pager'
import { elementsOf, eventually, type Message, type Person, wordsOf } from '#test/support/person'
import { QUICK_WAITS, quickTasks } from '#test/support/quick-tasks'
import {
  checkedStep,
  completeAllSteps,
  completeStep,
  openStep,
  promote,
  signByBoth,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

interface Sent {
  id: string
  used: string
}

/** What a person sent, with what a copy of it was answered soon after. */
interface Copied extends Sent {
  answer: unknown
}

/** For so long nothing changes by itself when it is called stable. */
const STABLE_MS = 2_000
/** Slack delivers again what was not acknowledged in time. */
const COPY_AFTER_MS = 600
const ONE_AGENT = ['environment:staging', 'environment:production', 'agent:evaluator']

describe('copies of forms and buttons', () => {
  let workspace: Workspace
  let operator: Person
  let bot: Bot
  let copied: Copied[]

  beforeEach(async () => {
    workspace = await openWorkspace({
      revoker: 'bot',
      people: { operators: ['U0OPERATOR', 'U0BYSTANDER'], 'on-call': 'U0BYSTANDER' },
    })
    operator = workspace.operator
    bot = workspace.bot
    copied = []
  })
  afterEach(async () => {
    if (bot !== workspace.bot) await bot.stop()
    await workspace.close()
  })

  const restart = async () => {
    await bot.stop()
    const clock = { now: () => workspace.sandbox.clock.now().toISOString() }
    const log = pino({ level: 'silent' })
    bot = await startBot(workspace.config, clock, log, { tasks: quickTasks(), waits: QUICK_WAITS })
  }
  const sent = async () => (await operator.get<{ interactions: Sent[] }>('slack/interactions')).interactions
  const copy = ({ id }: Sent) => operator.post<{ ok: boolean; answer?: unknown }>('slack/socket/copy', { id })

  /** What people have asked for; what follows from it by itself may go on meanwhile. */
  const asked = async () => {
    const { db } = bot.context
    const events = (await findEvents(db)).filter((event) => /^U0/.test(event.actor))
    return {
      events: events.map(({ type, rotationId, actor }) => `R${rotationId} ${type} ${actor}`),
      escalations: (await db.selectFrom('escalations').select('id').execute()).length,
      views: await Promise.all(
        [operator, workspace.bystander, workspace.devopsLead, workspace.aiOpsOwner].map(async (person) =>
          (await person.views()).map((view) => view.callback_id),
        ),
      ),
    }
  }
  const results = async () => ({
    ...(await asked()),
    jobs: (await bot.context.db.selectFrom('outboxJobs').select('key').execute()).length,
    revocations: await bot.context.db.selectFrom('revocations').select(['id', 'state', 'issuer']).execute(),
    pages: (await alertsOf(operator)).length,
    runs: (await operator.get<{ title: string }[]>('runs')).map((run) => run.title),
  })
  const quiet = () =>
    eventually(async () => {
      const open = await bot.context.db
        .selectFrom('outboxJobs')
        .select('key')
        .where('state', 'in', ['queued', 'running'])
        .execute()
      return open.length === 0
    }, 'that the outbox is empty')

  /** The results when nothing goes on by itself any more, such as a run that a rollback needs. */
  const stable = () =>
    eventually(
      async () => {
        await quiet()
        const before = await results()
        await sleep(STABLE_MS)
        const runs = await bot.context.db.selectFrom('runs').select('endedAt').execute()
        const isStill = JSON.stringify(await results()) === JSON.stringify(before)
        return isStill && runs.every((run) => run.endedAt !== null) && before
      },
      'that nothing changes by itself',
      60_000,
    )

  /** Sends the newest interaction with this name once more. */
  const copyOf = async (used: string) => {
    await sleep(COPY_AFTER_MS)
    const newest = (await sent()).findLast((each) => each.used === used)
    if (!newest) throw new Error(`${used} is none of ${(await sent()).map((each) => each.used).join(', ')}`)
    const before = await asked()
    const { ok, answer } = await copy(newest)
    expect(ok, used).toBe(true)
    expect(await asked(), used).toEqual(before)
    copied.push({ ...newest, answer })
  }
  const form = async (person: Person, name: string, answers: Parameters<Person['submit']>[1]) => {
    const result = await person.submit(await person.modal(name), answers)
    expect(result.errors, name).toBeUndefined()
    await copyOf(name)
  }
  const click = async (person: Person, message: Message, action: string) => {
    await person.click(message, action)
    await copyOf(action)
  }
  const withButton = (action: string) =>
    eventually(
      async () =>
        (await operator.messages()).findLast((each) =>
          elementsOf(each.blocks ?? []).some((element) => element.action_id === action),
        ),
      `a message with ${action}`,
    )

  /** After a restart, every copy is answered as before and changes nothing. */
  const expectNoneAgain = async (names: string[]) => {
    expect(copied.map(({ used }) => used)).toEqual(expect.arrayContaining(names))
    await restart()
    const before = await stable()
    for (const each of copied)
      expect(await copy(each), each.used).toEqual({
        ok: true,
        ...(each.answer === undefined ? {} : { answer: each.answer }),
      })
    await quiet()
    expect(await results()).toEqual(before)
  }

  it('change nothing of calls, hand-offs, manual steps and aborts', async () => {
    await operator.post('faults', { id: 'metadata-missing', on: true })
    await start(operator, { scope: ['environment:sandbox', 'agent:tool-runner'] })
    await openStep(operator, 'R1', 'inventory-review')
    await operator.press(await checkedStep(operator, 'inventory-review'), 'record-manual-step')
    const done = String(Math.floor(workspace.sandbox.clock.now().getTime() / 1_000 - 3_600))
    await form(operator, 'manual-step', { check: 'metadata-complete', notes: 'set it by hand', done })
    for (const view of (await operator.views()).reverse()) await operator.close(view)
    await workspace.devopsLead.click(await operator.card('R1'), 'escalate')
    await form(workspace.devopsLead, 'escalate', { reason: 'the tags are odd' })
    await click(operator, await withButton('acknowledge'), 'acknowledge')
    await click(operator, await withButton('stand-down'), 'stand-down')
    await operator.type(`/rotation handoff <@${workspace.bystander.id}> R1`)
    await form(operator, 'handoff', { owner: { user: 'U0BYSTANDER' }, reason: 'the shift ends' })
    await operator.type('/rotation abort R1')
    await form(operator, 'abort', { reason: 'seen enough' })
    await operator.card('R1', 'aborted')
    await expectNoneAgain(['manual-step', 'escalate', 'acknowledge', 'stand-down', 'handoff', 'abort'])
  }, 120_000)

  it('change nothing of sign-offs, deployments and rollbacks', async () => {
    const { aiOpsOwner } = workspace
    await start(operator, { scope: ONE_AGENT })
    await completeAllSteps(operator, 'R1')
    await aiOpsOwner.click(await aiOpsOwner.card('R1'), 'reject')
    await form(aiOpsOwner, 'reject', { reason: 'the ticket is empty', steps: ['audit-logging'] })
    await completeStep(operator, 'R1', 'audit-logging')
    await signByBoth(workspace, 'R1')
    await eventually(async () => wordsOf(await operator.card('R1')).includes('Withdraw'), 'the button')
    await aiOpsOwner.click(await aiOpsOwner.card('R1'), 'withdraw')
    await form(aiOpsOwner, 'withdraw', { reason: 'production is frozen' })
    await signByBoth(workspace, 'R1')
    await promote(operator, 'R1')
    await copyOf('deploy')
    await operator.type('/rotation rollback R1')
    const view = await operator.modal('rollback')
    const rows = await bot.context.db.selectFrom('revocations').select(['id', 'environment']).execute()
    const versions = rows.filter((row) => row.environment === 'staging').map((row) => String(row.id))
    expect((await operator.submit(view, { versions, reason: 'staging refuses it' })).errors).toBeUndefined()
    await copyOf('rollback')
    await expectNoneAgain(['reject', 'withdraw', 'deploy', 'rollback'])
  }, 240_000)

  it('change nothing of break-glass', async () => {
    const { bystander, devopsLead } = workspace
    await operator.type('/rotation incident')
    await form(operator, 'incident', {
      trigger: 'credential-anomaly',
      severity: 'P1',
      scope: ONE_AGENT,
      'old-versions': 'disable-when-deployed',
      reason: 'a token is used from elsewhere',
    })
    for (const step of ['inventory-review', 'automation-health', 'rotation-execution'] as const)
      await completeStep(operator, 'R1', step)
    await bystander.click(await bystander.card('R1', 'INCIDENT'), 'break-glass')
    await form(bystander, 'break-glass', { reason: 'agents in production are refused' })
    const card = await operator.card('R1', 'waits for an approver’s acknowledgement')
    const request = await eventually(
      async () =>
        (await operator.thread(card.ts)).find((each) =>
          wordsOf(each).includes('asks to deploy to production'),
        ),
      'the request in the thread',
    )
    await click(devopsLead, request, 'acknowledge-break-glass')
    await operator.card('R1', 'Break-glass, a deviation from the runbook')
    await expectNoneAgain(['incident', 'break-glass', 'acknowledge-break-glass'])
  }, 120_000)

  it('open nothing again when a form that was sent twice arrives the second time after what it opened was aborted', async () => {
    const { context } = bot
    const scope = { environments: [], agents: [] }
    const opening = { by: operator.id, trigger: 'manual', severity: null, reason: '', scope } as const
    const send = (id: string, form: string) =>
      withInteraction({ id, form, user: operator.id, name: null, isTaken: false }, () =>
        startRotation(context, opening),
      )
    await eventually(() => lastRegistry(context).catch(() => null), 'the first reading of the registry')
    await send('first', 'V1')
    await abortRotation(context, 1, operator.id, 'opened by mistake')
    await expect(send('second', 'V1')).rejects.toBeInstanceOf(AlreadyTaken)
    expect((await findEvents(context.db)).filter(({ type }) => type === 'rotation-opened')).toHaveLength(1)
    // Another form is another decision.
    await expect(send('third', 'V2')).resolves.toMatchObject({ id: 2 })
  })
})
