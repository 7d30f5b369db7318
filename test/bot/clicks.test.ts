import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StepId } from '#domain/rotation/steps'
import { eventually, Person, type View, wordsOf } from '#test/support/person'
import { checkedStep, letTelemetryMeasure, openStep, signOff, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** From the start until both roles have signed. */
const MOST_CLICKS = 20
/** A deployment after the sign-offs: its button and its form. */
const MOST_CLICKS_FOR_PRODUCTION = 2
const MOST_LINES_IN_THREAD = 12
/** What a screen of Slack shows of a modal, about. */
const LINES_OF_A_SCREEN = 25
const MOST_SCREENS = 1.7

/** Counts what a hand does: commands, buttons, ticks and submissions. */
class CountedPerson extends Person {
  clicks: string[] = []

  override post<T>(path: string, body: unknown): Promise<T> {
    const sent = body as { action_id?: string; values?: Record<string, Record<string, Selected>> }
    if (['slack/command', 'slack/action', 'slack/view-submission'].includes(path))
      this.clicks.push(sent.action_id ?? path)
    const fields = Object.values(sent.values ?? {}).flatMap((each) => Object.values(each))
    for (const { type, selected_options = [] } of fields)
      if (type === 'checkboxes') this.clicks.push(...selected_options.map(({ value }) => `tick ${value}`))
    return super.post(path, body)
  }
}

interface Selected {
  type?: string
  selected_options?: { value: string }[]
}

/** Lines of a modal, with about 80 characters to a line; a field and a row of buttons need two. */
const linesOf = ({ blocks }: View): number =>
  blocks
    .map((block) => {
      if (block.type === 'input') return 3
      const texts = (block.text?.text ?? '').replace(/<([^|>]+)\|([^>]*)>/g, '$2').split('\n')
      return 0.5 + texts.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 80)), 0)
    })
    .reduce((sum, lines) => sum + lines, 0)

describe('a clean rotation of nine tokens, played by hand', () => {
  let workspace: Workspace
  let label: string
  const people: CountedPerson[] = []
  const clicks = () => people.flatMap((person) => person.clicks)
  const screens: Partial<Record<StepId, View>> = {}
  let untilSigned: string[]
  let forProduction: string[]

  beforeAll(async () => {
    workspace = await openWorkspace()
    for (const { id } of [workspace.operator, workspace.devopsLead, workspace.aiOpsOwner])
      people.push(new CountedPerson(workspace.sandbox.url, id))
    const [operator, devopsLead, aiOpsOwner] = people
    if (!operator || !devopsLead || !aiOpsOwner) throw new TypeError('nobody')
    label = await start(operator)
    for (const step of ['inventory-review', 'automation-health'] as const) await finish(operator, step)
    const third = await openStep(operator, label, 'rotation-execution')
    await operator.press(third, 'start-workflow')
    await submit(operator, 'rotation-execution')
    await verify(operator)
    await submit(operator, 'integration-verification')
    await finish(operator, 'audit-logging')
    await signOff(devopsLead, label, 'devops-lead')
    await signOff(aiOpsOwner, label, 'ai-ops-owner')
    untilSigned = clicks()
    const card = await operator.card(label, 'Deploy to production')
    await operator.click(card, 'deploy:production')
    await operator.submit(await operator.modal('deploy'), {})
    forProduction = clicks().slice(untilSigned.length)
  }, 240_000)
  afterAll(() => workspace.close())

  const submit = async (person: Person, step: StepId) => {
    const view = await eventually(async () => {
      const found = await checkedStep(person, step)
      return wordsOf(found).includes('verified by machine') && found
    }, `the statements of ${step}`)
    screens[step] = view
    const result = await person.submit(view, {})
    expect(result).toMatchObject({ ok: true })
    expect(result.errors).toBeUndefined()
  }

  const finish = async (person: Person, step: StepId) => {
    await openStep(person, label, step)
    await submit(person, step)
  }

  /** Two deployments, one with the smoke suite; then the checks once more, when telemetry has seen the agents. */
  const verify = async (person: Person) => {
    for (const [environment, ended] of [
      ['sandbox', 'Deployment to sandbox: succeeded'],
      ['staging', 'Smoke test in staging: succeeded'],
    ] as const) {
      const view =
        environment === 'sandbox'
          ? await openStep(person, label, 'integration-verification')
          : await top(person)
      await person.press(view, `deploy:${environment}`)
      await eventually(async () => wordsOf(await person.views()).includes(ended), ended)
    }
    await checkedStep(person, 'integration-verification')
    await letTelemetryMeasure(person)
    await eventually(async () => wordsOf(await person.views()).includes('Run again'), 'that nothing runs')
    // The same checks within a second are shared.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await person.press(await top(person), 'run-checks')
    await eventually(
      async () => wordsOf(await person.views()).includes('✓ *Agents work in staging* – passed'),
      'agents that work',
    )
  }
  const top = (person: Person) => person.modal('integration-verification')

  it(`needs ${MOST_CLICKS} clicks at most until both roles have signed, and no tick`, () => {
    expect(untilSigned.length, untilSigned.join('\n')).toBeLessThanOrEqual(MOST_CLICKS)
    expect(untilSigned.filter((each) => each.startsWith('tick'))).toEqual([])
  })

  it(`needs ${MOST_CLICKS_FOR_PRODUCTION} clicks for production`, () => {
    expect(forProduction.length, forProduction.join('\n')).toBe(MOST_CLICKS_FOR_PRODUCTION)
  })

  it(`has ${MOST_LINES_IN_THREAD} lines in its thread at most`, async () => {
    const card = await workspace.operator.card(label)
    const lines = (await workspace.operator.thread(card.ts)).slice(1).map(wordsOf)
    expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(MOST_LINES_IN_THREAD)
  })

  it(`shows each step in ${MOST_SCREENS} screens at most`, () => {
    for (const [step, view] of Object.entries(screens))
      expect(linesOf(view), `${step}:\n${wordsOf(view)}`).toBeLessThanOrEqual(
        MOST_SCREENS * LINES_OF_A_SCREEN,
      )
    expect(Object.keys(screens)).toHaveLength(5)
  })

  it('is kept as verified by machine, not as confirmed by a person', async () => {
    const rows = await workspace.bot.context.db
      .selectFrom('steps')
      .select(['attestationsJson', 'sentencesJson'])
      .execute()
    expect(rows.map(({ attestationsJson }) => attestationsJson)).toEqual(Array(5).fill('[]'))
    expect(rows.flatMap(({ sentencesJson }) => Object.keys(JSON.parse(sentencesJson))).toSorted()).toEqual([
      'last-run',
      'metadata',
      'notification',
      'revocation',
      'smoke',
      'tags',
      'telemetry',
      'ticket',
    ])
  })
})
