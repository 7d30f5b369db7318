import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUTTONS } from '#commands/buttons/index'
import { FORM_HANDLERS } from '#commands/forms/index'
import { SUBCOMMANDS } from '#commands/slash/index'
import { ROLES } from '#domain/rotation/rotation'
import { STEP_IDS } from '#domain/rotation/steps'
import type { FaultId } from '#sandbox/faults'
import { FORGED_ANSWERS, forgedButton, forgedForm } from '#test/support/forged-view'
import { eventually, type Person, wordsOf } from '#test/support/person'
import { completeAllSteps, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'
import { ACTIONS } from '#views/ids'

/** A button for each pattern of the table. */
const SHOWN = [
  ...STEP_IDS.map(ACTIONS.openStep),
  ...ROLES.map(ACTIONS.signOff),
  ACTIONS.deploy('production'),
  ACTIONS.verify('production'),
]
const BUTTON_IDS = BUTTONS.flatMap(([id]) =>
  typeof id === 'string' ? [id] : SHOWN.filter((each) => id.test(each)),
)
const FORM_IDS = FORM_HANDLERS.map(([id]) => id)
const WORDS = SUBCOMMANDS.map(({ usage }) => usage.split(' ')[0] ?? '').filter((word) => word !== 'help')
const REFUSED = /You may not /
const OPEN_TO_ALL: string[] = [
  ACTIONS.shareStatus,
  ACTIONS.showStatus,
  ACTIONS.showHelp,
  ACTIONS.exportInventory,
]

/** Everybody who is nobody, and what makes them so. The bystander is in every list here. */
const NOBODIES: [string, FaultId][] = [
  ['a guest', 'user-guest'],
  ['somebody of another workspace', 'user-outsider'],
]
/** `people-matrix.test.ts` tries the other states, without Slack between. */
const STATES = ['open', 'signing'] as const

describe('every command, button and form that Slack delivers', () => {
  let workspace: Workspace
  const labels = new Map<(typeof STATES)[number], string>()

  beforeAll(async () => {
    workspace = await openWorkspace({
      configure: (config) => {
        const everywhere = (ids: string[]) => [...ids, 'U0BYSTANDER']
        const { people } = config
        return {
          ...config,
          people: {
            ...people,
            operators: everywhere(people.operators),
            'devops-lead': everywhere(people['devops-lead']),
            'ai-ops-owner': everywhere(people['ai-ops-owner']),
            'on-call': 'U0BYSTANDER',
          },
        }
      },
    })
    const { operator } = workspace
    const open = async (state: (typeof STATES)[number], agent: string, ...environments: string[]) => {
      labels.set(
        state,
        await start(operator, {
          scope: [...environments.map((each) => `environment:${each}`), `agent:${agent}`],
        }),
      )
      return labels.get(state) ?? ''
    }
    const signing = await open('signing', 'tool-runner', 'staging')
    await completeAllSteps(operator, signing)
    await open('open', 'tool-runner', 'sandbox')
    await eventually(async () => (await undelivered()) === 0, 'everything to be delivered')
  }, 240_000)
  afterAll(() => workspace.close())

  const undelivered = async () =>
    (
      await workspace.bot.context.db
        .selectFrom('outboxJobs')
        .select('id')
        .where('state', 'in', ['queued', 'running'])
        .execute()
    ).length

  /** Everything that this person has changed. */
  const changesOf = async ({ id }: Person) => {
    const { db } = workspace.bot.context
    return {
      events: await db.selectFrom('events').select(['count', 'type']).where('actor', '=', id).execute(),
      signOffs: await db.selectFrom('signOffs').selectAll().where('userId', '=', id).execute(),
      shown: await db.selectFrom('shownSignOffs').selectAll().where('userId', '=', id).execute(),
      delegations: await db.selectFrom('delegations').selectAll().execute(),
      statuses: await db.selectFrom('rotations').select(['id', 'status', 'ownerId', 'workJson']).execute(),
    }
  }

  const closeAll = async (person: Person) => {
    for (const view of (await person.views()).toReversed()) await person.close(view)
  }

  const triggerOf = async (person: Person) =>
    ((await person.type('/rotation help')) as { trigger_id?: string }).trigger_id ?? ''

  const submitted = async (person: Person, form: string, label: string): Promise<string> => {
    const view = forgedForm(form, { rotation: label, role: 'devops-lead', digest: 'd'.repeat(64) })
    const opened = await workspace.bot.context.slack.views.open({ trigger_id: await triggerOf(person), view })
    const shown = (await person.views()).find((each) => each.id === opened.view?.id)
    if (!shown) throw new Error('no form')
    const result = await person.submit(shown, FORGED_ANSWERS)
    const words = Object.values(result.errors ?? {}).join() || wordsOf((await person.views()).at(-1))
    await closeAll(person)
    return words
  }

  const pressed = async (person: Person, action: string, label: string): Promise<string> => {
    const value = action === ACTIONS.acknowledge || action === ACTIONS.standDown ? 'E1' : label
    const view = forgedButton('rotation-execution', action, value)
    const opened = await workspace.bot.context.slack.views.open({ trigger_id: await triggerOf(person), view })
    const shown = (await person.views()).find((each) => each.id === opened.view?.id)
    if (!shown) throw new Error('no button')
    await person.press(shown, action)
    const words = await eventually(async () => {
      const top = wordsOf((await person.views()).at(-1))
      return REFUSED.test(top) && top
    }, `a refusal of ${action} on ${label}`)
    await closeAll(person)
    return words
  }

  const typed = async (person: Person, word: string, label: string): Promise<string> => {
    const before = (await person.messages()).filter((each) => each.ephemeral).length
    const mention = '<@U0OPERATOR|operator>'
    const rest = { handoff: `${mention} ${label}`, delegate: `${mention} until 2026-12-30 devops-lead` }
    await person.type(`/rotation ${word} ${rest[word as keyof typeof rest] ?? label}`)
    const words = await eventually(async () => {
      const own = (await person.messages()).filter((each) => each.ephemeral).slice(before)
      const answer = wordsOf([...own, ...(await person.views())])
      return REFUSED.test(answer) && answer
    }, `a refusal of /rotation ${word}`)
    await closeAll(person)
    return words
  }

  describe.each(NOBODIES)('of %s, who is in every list', (_, fault) => {
    beforeAll(() => workspace.operator.post('faults', { id: fault, on: true }).then(forget))
    afterAll(() => workspace.operator.post('faults', { id: fault, on: false }).then(forget))
    /** What Slack says of an account is remembered for minutes. */
    const forget = () => workspace.bot.context.people.findAccount('U0BYSTANDER')

    it.each(WORDS)('/rotation %s is refused', async (word) => {
      const { bystander } = workspace
      const before = await changesOf(bystander)
      expect(await typed(bystander, word, labels.get('open') ?? '')).toMatch(REFUSED)
      expect(await changesOf(bystander)).toEqual(before)
    })

    describe.each(STATES)('on a rotation that is %s', (state) => {
      it('no form is taken', async () => {
        const { bystander } = workspace
        const before = await changesOf(bystander)
        for (const form of FORM_IDS)
          expect(await submitted(bystander, form, labels.get(state) ?? ''), form).toMatch(REFUSED)
        expect(await changesOf(bystander)).toEqual(before)
      }, 60_000)

      it('no button does anything', async () => {
        const { bystander } = workspace
        const before = await changesOf(bystander)
        for (const action of BUTTON_IDS.filter((id) => !OPEN_TO_ALL.includes(id)))
          expect(await pressed(bystander, action, labels.get(state) ?? ''), action).toMatch(REFUSED)
        expect(await changesOf(bystander)).toEqual(before)
      }, 60_000)
    })
  })

  describe('of those who may do some of it', () => {
    /** Who may sign nothing, whatever they send: the owner, an operator, and everybody for the other role. */
    it.each(STATES)('no signature is taken without having been shown, on one that is %s', async (state) => {
      for (const person of [workspace.operator, workspace.devopsLead, workspace.aiOpsOwner]) {
        const before = await changesOf(person)
        expect(await submitted(person, 'sign-off', labels.get(state) ?? '')).not.toBe('')
        expect(await changesOf(person)).toEqual(before)
      }
    })

    it.each(['R99', 'R0', 'R-1', 'x', '', "R1' or 1=1"])(
      'no rotation %j is made up',
      async (label) => {
        for (const form of FORM_IDS.filter((id) => !['start', 'incident', 'snooze'].includes(id))) {
          const person = ['sign-off', 'reject', 'withdraw'].includes(form)
            ? workspace.devopsLead
            : workspace.operator
          const before = await changesOf(person)
          expect(await submitted(person, form, label), form).not.toBe('')
          expect(await changesOf(person), form).toEqual(before)
        }
      },
      60_000,
    )
  })
})
