import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorize } from '#authorization/authorize'
import { readLogRows } from '#domain/rotation/log-file'
import type { Role } from '#domain/rotation/rotation'
import { readAges } from '#operations/readings/read-ages'
import { eventually, type Person, type View, wordsOf } from '#test/support/person'
import { completeAllSteps, openSignOff, signOff, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const DAY = 86_400_000

describe('delegates', () => {
  let workspace: Workspace
  let label: string
  beforeAll(async () => {
    workspace = await openWorkspace()
    label = await start(workspace.operator, { scope: ['environment:staging', 'agent:evaluator'] })
  }, 60_000)
  afterAll(() => workspace.close())

  const dayIn = (days: number): string =>
    new Date(workspace.sandbox.clock.now().getTime() + days * DAY).toISOString().slice(0, 10)

  const answered = async (person: Person, command: string, part: string): Promise<string> => {
    const before = (await person.messages()).filter((each) => each.ephemeral).length
    await person.type(`/rotation ${command}`)
    return eventually(async () => {
      const own = (await person.messages()).filter((each) => each.ephemeral)
      const words = wordsOf(own.slice(before))
      return words.includes(part) && words
    }, `an answer with “${part}” to ${command}`)
  }

  /** Whether the bystander may sign for a role now. */
  const maySign = async (role: Role): Promise<boolean> => {
    const question = { user: 'U0BYSTANDER', action: `sign-off:${role}` } as const
    return (await authorize(workspace.bot.context, question)).allowed
  }

  /** Waits until every outbox job is delivered. */
  const allDelivered = () =>
    eventually(async () => {
      const open = await workspace.bot.context.db
        .selectFrom('outboxJobs')
        .select('key')
        .where('state', 'in', ['queued', 'running'])
        .execute()
      return open.length === 0
    }, 'every job to be done')

  const homeOf = (person: Person, part: string): Promise<View> =>
    eventually(async () => {
      const { view } = await person.get<{ view: View | null }>(`slack/home?user=${person.id}`)
      return view && wordsOf(view).includes(part) && view
    }, `“${part}” on the App Home of ${person.id}`)

  it.each([
    ['<@U0BYSTANDER|bystander> until', -1, 'too early'],
    ['<@U0BYSTANDER|bystander> until', 91, 'more than 90 days away'],
    ['<@U0DEVOPSLEAD|devops-lead> until', 3, 'cannot be your own delegate'],
    ['<@U0ROTATIONBOT|rotation> until', 3, 'A bot cannot be a delegate'],
    ['<@U0NOBODY|nobody> until', 3, 'is not a person in this workspace'],
    ['<@U0OPERATOR|operator> until', 3, 'This person owns R1'],
    ['<@U0AIOPSOWNER|ai-ops-owner> until', 3, 'is the only AI Ops owner'],
    ['@somebody-else until', 3, 'is not a person in this workspace'],
  ])('are refused: %s %i days', async (command, days, words) => {
    await answered(workspace.devopsLead, `delegate ${command} ${dayIn(days)}`, words)
    expect(await workspace.bot.context.db.selectFrom('delegations').selectAll().execute()).toEqual([])
  })

  it.each([
    ['delegate <@U0BYSTANDER|bystander>', 'No end date given'],
    ['delegate <@U0BYSTANDER|bystander> until tomorrow', 'is not a date'],
    ['delegate <@U0BYSTANDER|bystander> until 2026-02-30', 'is not a date'],
    ['delegate off', 'You have no active delegation'],
  ])('are refused: %s', async (command, words) => {
    await answered(workspace.devopsLead, command, words)
  })

  it('are refused for an account that is deactivated', async () => {
    const { devopsLead } = workspace
    await devopsLead.post('faults', { id: 'user-deactivated', on: true })
    await answered(devopsLead, `delegate <@U0AIOPSOWNER|ai-ops-owner> until ${dayIn(3)}`, 'deactivated')
    await devopsLead.post('faults', { id: 'user-deactivated', on: false })
  })

  it('are named by who holds the role, and by nobody else', async () => {
    await answered(
      workspace.bystander,
      `delegate <@U0OPERATOR|operator> until ${dayIn(3)}`,
      'You may not sign or reject rotations',
    )
  })

  it('sign on behalf of the role holder, and every record says so', async () => {
    const { operator, devopsLead, aiOpsOwner, bystander } = workspace
    // Nothing else is to draw it again.
    await readAges(workspace.bot.context)
    await bystander.post('slack/home-opened', { user: bystander.id })
    expect(wordsOf(await homeOf(bystander, "You're all caught up"))).not.toContain('You are the delegate')
    await allDelivered()
    await answered(devopsLead, `delegate <@U0BYSTANDER|bystander> until ${dayIn(0)}`, 'on your behalf')
    await homeOf(bystander, 'You are the delegate of devops-lead as DevOps lead')
    const message = await eventually(
      async () =>
        (await bystander.messages('D0BYSTANDER')).find((each) => wordsOf(each).includes('delegate')),
      'a direct message',
    )
    expect(wordsOf(message)).toContain('devops-lead named you as delegate')
    expect(await answered(operator, 'delegate', 'is the delegate of')).toContain(
      'bystander is the delegate of devops-lead until the end of',
    )

    await completeAllSteps(operator, label)
    const card = await operator.card(label)
    await eventually(
      async () =>
        wordsOf(await operator.thread(card.ts)).includes('or <@U0BYSTANDER> as delegate of devops-lead'),
      'the request',
    )
    const home = await homeOf(bystander, 'sign off as DevOps lead as delegate of devops-lead')
    await bystander.press(home, 'sign-off:devops-lead')
    await bystander.close(await bystander.modal('sign-off'))
    const form = await openSignOff(bystander, label, 'devops-lead')
    expect(wordsOf(form)).toContain('as delegate of devops-lead')
    expect((await bystander.submit(form, { comment: '' })).errors).toBeUndefined()
    expect(wordsOf(await operator.card(label, 'signed by bystander'))).toContain(
      'signed by bystander as delegate of devops-lead',
    )
    await signOff(aiOpsOwner, label, 'ai-ops-owner')
    const row = await eventually(async () => {
      const { files } = await operator.get<{ files: { path: string; content: string }[] }>('repository')
      const log = files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
      return readLogRows(log).find((row) => row.event === 'approved')
    }, 'the log entry')
    expect(row.cells.get('sign-offs')).toMatch(
      /^devops-lead: bystander \(U\w+\) as delegate of devops-lead \(U\w+\) approved; /,
    )
    const lines = wordsOf(await operator.thread(card.ts))
    expect(lines).toContain('is the delegate of devops-lead as DevOps lead until the end of')
    expect(lines).toContain('bystander signed as DevOps lead as delegate of devops-lead')
  }, 90_000)

  it('stop by themselves when their last day is over, and at once when they are called off', async () => {
    const { operator, devopsLead, bystander } = workspace
    expect(await maySign('devops-lead')).toBe(true)
    const toMidnight = DAY - (workspace.sandbox.clock.now().getTime() % DAY)
    await operator.post('clock', { advanceMs: toMidnight })
    expect(await maySign('devops-lead')).toBe(false)

    await answered(devopsLead, `delegate <@U0BYSTANDER|bystander> until ${dayIn(90)}`, 'on your behalf')
    expect(await maySign('devops-lead')).toBe(true)
    expect(await maySign('ai-ops-owner')).toBe(false)
    // What was lent cannot be lent on.
    await answered(bystander, `delegate <@U0OPERATOR|operator> until ${dayIn(3)}`, 'You may not sign')
    await homeOf(bystander, 'You are the delegate of devops-lead')
    await allDelivered()
    await answered(devopsLead, 'delegate off', 'is no longer your delegate')
    await eventually(
      async () => !wordsOf(await homeOf(bystander, '')).includes('delegate of'),
      'no place to take',
    )
    expect(await maySign('devops-lead')).toBe(false)
  })

  it('are of no use to somebody who lost the role meanwhile', async () => {
    const { devopsLead, config } = workspace
    await answered(devopsLead, `delegate <@U0BYSTANDER|bystander> until ${dayIn(3)}`, 'on your behalf')
    const holders = config.people['devops-lead'] as string[]
    holders.splice(0, 1, 'U0SOMEBODY')
    try {
      expect(await maySign('devops-lead')).toBe(false)
    } finally {
      holders.splice(0, 1, 'U0DEVOPSLEAD')
    }
  })
})

describe('/rotation handoff', () => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await openWorkspace({ people: { operators: ['U0OPERATOR', 'U0BYSTANDER'] } })
  }, 60_000)
  afterAll(() => workspace.close())

  it('says what is missing, then opens the form with the person chosen', async () => {
    const { operator } = workspace
    await operator.type('/rotation handoff <@U0BYSTANDER|bystander>')
    expect(wordsOf(await operator.ephemeral('nothing to hand off'))).toContain('No rotation is open')
    await operator.type('/rotation handoff @somebody-else')
    await operator.ephemeral('Type @ and choose the person')
    const label = await start(operator, { scope: ['environment:staging'] })
    await operator.type('/rotation handoff <@U0BYSTANDER|bystander>')
    const form = await operator.modal('handoff')
    await operator.submit(form, { owner: { user: 'U0BYSTANDER' }, reason: 'holiday' })
    await operator.card(label, 'Owner bystander')
    await start(operator, { scope: ['environment:sandbox'] })
    await operator.type('/rotation handoff <@U0OPERATOR|operator>')
    expect(wordsOf(await operator.ephemeral('Several rotations are open'))).toContain('R1, R2')
  })
})
