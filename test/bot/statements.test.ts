import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StepId } from '#domain/rotation/steps'
import { loadHome } from '#read-models/home'
import {
  type CountedWorkspace,
  countStatements,
  openCountedWorkspace,
  type Statement,
} from '#test/support/counted-workspace'
import { type Answers, everyOption } from '#test/support/person'
import { checkedStep, completeStep, openSignOff, openStep, start } from '#test/support/run-rotation'

/** How often the rotation was read. */
const loads = (statements: Statement[]): number =>
  statements.filter((statement) => statement === 'select rotations').length

describe('the statements that a request sends to the database', () => {
  let workspace: CountedWorkspace
  let label: string

  beforeAll(async () => {
    workspace = await openCountedWorkspace()
    label = await start(workspace.operator, {
      scope: ['environment:staging', 'environment:production', 'agent:evaluator'],
    })
  }, 60_000)
  afterAll(() => workspace.close())

  /** Opens a step and waits until its checks have run and everything is drawn. */
  const opening = (step: StepId) =>
    workspace.statementsOf(async () => {
      await openStep(workspace.operator, label, step)
      await checkedStep(workspace.operator, step)
    })

  it('opening a step: two reads, and one for what the checks have seen', async () => {
    const statements = await opening('inventory-review')
    expect(statements.length).toBeLessThanOrEqual(57)
    expect(loads(statements)).toBeLessThanOrEqual(3)
  })

  it('running its checks again', async () => {
    const { operator, statementsOf } = workspace
    const view = await checkedStep(operator, 'inventory-review')
    const statements = await statementsOf(() => operator.press(view, 'run-checks'))
    expect(statements.length).toBeLessThanOrEqual(63)
    expect(loads(statements)).toBeLessThanOrEqual(4)
  })

  it('submitting a step reads the rotation only to decide', async () => {
    const { operator, statementsOf } = workspace
    const view = await checkedStep(operator, 'inventory-review')
    const answers: Answers = { attest: everyOption(view, 'attest'), notes: 'looked at all' }
    const statements = await statementsOf(() => operator.submit(view, answers))
    expect(statements.length).toBeLessThanOrEqual(21)
    expect(loads(statements)).toBe(1)
    // No state is loaded: nobody asks where the card is.
    expect(statements).not.toContain('select messages')
  })

  it('opening a form from the card reads the rotation once', async () => {
    const { operator, statementsOf } = workspace
    const card = await operator.card(label)
    const statements = await statementsOf(async () => {
      await operator.click(card, 'handoff')
      await operator.close(await operator.modal('handoff'))
    })
    expect(statements.length).toBeLessThanOrEqual(15)
    expect(loads(statements)).toBe(1)
  })

  it('a form that needs only an id loads no state', async () => {
    const { operator, statementsOf } = workspace
    await operator.click(await operator.card(label), 'escalate')
    const form = await operator.modal('escalate')
    const statements = await statementsOf(() => operator.submit(form, {}))
    // Three for the event that the audit compares the escalation with.
    expect(statements.length).toBeLessThanOrEqual(25)
    expect(loads(statements)).toBe(1)
    expect(statements).not.toContain('select messages')
  })

  it('opening the last step', async () => {
    const steps = ['automation-health', 'rotation-execution', 'integration-verification'] as const
    for (const step of steps) await completeStep(workspace.operator, label, step)
    const statements = await opening('audit-logging')
    expect(statements.length).toBeLessThanOrEqual(46)
    expect(loads(statements)).toBe(2)
    await completeStep(workspace.operator, label, 'audit-logging')
  }, 120_000)

  it('signing: the form reads once, and its submission only to decide', async () => {
    const { devopsLead, statementsOf } = workspace
    const opened = await statementsOf(() => openSignOff(devopsLead, label, 'devops-lead'))
    // Two for the upload of the record and for what the person saw last.
    // And three for the event that the audit compares what was shown with.
    expect(opened.length).toBeLessThanOrEqual(22)
    expect(loads(opened)).toBe(1)
    const form = await devopsLead.modal('sign-off')
    const submitted = await statementsOf(() => devopsLead.submit(form, { comment: '' }))
    expect(submitted.length).toBeLessThanOrEqual(37)
    // The content that was shown is compared with what is true now.
    expect(submitted.filter((statement) => statement === 'select messages').length).toBeLessThanOrEqual(1)
  })

  it('the status and the App Home cost the same for two open rotations as for one', async () => {
    const { operator, statementsOf, bot } = workspace
    const status = () =>
      statementsOf(async () => {
        await operator.type('/rotation status')
        await operator.ephemeral('evaluator')
      })
    const home = async () => {
      const statements: Statement[] = []
      await loadHome({ ...bot.context, db: countStatements(bot.context.db, statements) }, operator.id)
      return statements.length
    }
    // The first one reads the ages, and has the picture drawn.
    await status()
    const before = { status: await status(), home: await home() }
    await start(operator, { scope: ['agent:orchestrator'] })
    expect(await home()).toBe(before.home)
    expect(before.home).toBeLessThanOrEqual(32)
    expect((await status()).length).toBeLessThanOrEqual(before.status.length)
    expect(before.status.length).toBeLessThanOrEqual(36)
  })
})
