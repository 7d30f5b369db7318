import type { ModalView } from '@slack/types'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUTTONS } from '#commands/buttons/index'
import { FORM_HANDLERS } from '#commands/forms/index'
import { ROLES } from '#domain/rotation/rotation'
import { STEP_IDS } from '#domain/rotation/steps'
import { FORGED_ANSWERS, forgedButton, forgedForm } from '#test/support/forged-view'
import { type Answers, eventually, type Person, type View, wordsOf } from '#test/support/person'
import {
  checkedStep,
  completeAllSteps,
  completeStep,
  openSignOff,
  openStep,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'
import { ACTIONS, FORMS } from '#views/ids'

/** The only button that needs no permission: what it shows, everybody may see. */
const FOR_ANYBODY: string[] = [
  ACTIONS.shareStatus,
  ACTIONS.showStatus,
  ACTIONS.showHelp,
  ACTIONS.showTimeline,
  ACTIONS.exportInventory,
]

/** An action id for every entry of the table; a pattern matches the buttons that the bot shows of its kind. */
const SHOWN = [
  ...STEP_IDS.map(ACTIONS.openStep),
  ...ROLES.map(ACTIONS.signOff),
  ACTIONS.deploy('production'),
  ACTIONS.verify('production'),
  ACTIONS.quoteLines(8831),
]
const ACTION_IDS = BUTTONS.flatMap(([id]) => {
  if (typeof id === 'string') return [id]
  const matching = SHOWN.filter((each) => id.test(each))
  if (matching.length === 0) throw new Error(`name a button for ${id}`)
  return matching
})

/** What is decided on a rotation whose steps are all done. */
const DECISIONS: string[] = [
  FORMS.waive,
  FORMS.signOff,
  FORMS.reject,
  FORMS.withdraw,
  ACTIONS.reject,
  ACTIONS.withdraw,
  ACTIONS.acknowledgeBreakGlass,
  ...ROLES.map(ACTIONS.signOff),
]

describe('without permission', () => {
  let workspace: Workspace
  /** Two steps are done, so that the third can be worked on. */
  let working: string
  /** Waits for its signatures. */
  let finished: string

  beforeAll(async () => {
    workspace = await openWorkspace()
    const { operator } = workspace
    finished = await start(operator, { scope: ['environment:staging', 'agent:evaluator'] })
    await completeAllSteps(operator, finished)
    working = await start(operator, { scope: ['environment:staging', 'agent:tool-runner'] })
    await completeStep(operator, working, 'inventory-review')
    await completeStep(operator, working, 'automation-health')
    await eventually(async () => (await undelivered()) === 0, 'everything to be delivered')
  }, 90_000)
  afterAll(() => workspace.close())

  const undelivered = async () => {
    const { db } = workspace.bot.context
    const rows = await db
      .selectFrom('outboxJobs')
      .select('id')
      .where('state', 'in', ['queued', 'running'])
      .execute()
    return rows.length
  }

  /** Everything that a person can change: events, outbox jobs and rotations. */
  const record = async () => {
    const { db } = workspace.bot.context
    return {
      // Names are learned from whoever asks, and messages are posted meanwhile.
      events: (await db.selectFrom('events').select(['count', 'type', 'actor', 'dataJson']).execute()).filter(
        ({ type, dataJson }) => type !== 'rows-recorded' || !/"table":"(people|messages)"/.test(dataJson),
      ),
      // Who looks at the status may find that its picture is to be drawn again: that changes nothing.
      jobs: await db
        .selectFrom('outboxJobs')
        .select(['id', 'key'])
        .where('kind', 'not in', ['home', 'picture'])
        .execute(),
      rotations: await db.selectFrom('rotations').selectAll().execute(),
    }
  }

  const labelFor = (id: string) => (DECISIONS.includes(id) ? finished : working)

  /** Puts a modal in front of a person, who has just done something that Slack gives a trigger for. */
  const show = async (person: Person, view: ModalView): Promise<View> => {
    const { trigger_id = '' } = (await person.type('/rotation help')) as { trigger_id?: string }
    const opened = await workspace.bot.context.slack.views.open({ trigger_id, view })
    return eventually(
      async () => (await person.views()).find((each) => each.id === opened.view?.id),
      'the modal',
    )
  }

  const showForm = (person: Person, callbackId: string): Promise<View> => {
    const label = labelFor(callbackId)
    return show(
      person,
      forgedForm(callbackId, { rotation: label, role: 'devops-lead', digest: 'd'.repeat(64) }),
    )
  }

  const closeAll = async (person: Person) => {
    for (const view of (await person.views()).toReversed()) await person.close(view)
  }

  describe('every form', () => {
    it.each(FORM_HANDLERS.map(([callbackId]) => callbackId))('%s is refused', async (callbackId) => {
      const { bystander } = workspace
      const before = await record()
      const result = await bystander.submit(await showForm(bystander, callbackId), FORGED_ANSWERS)
      expect(Object.values(result.errors ?? {})).toEqual([expect.stringMatching(/^You may not /)])
      expect(await record()).toEqual(before)
      await closeAll(bystander)
    })
  })

  describe('every button', () => {
    const gated = ACTION_IDS.filter((id) => !FOR_ANYBODY.includes(id))

    it.each(gated)('%s is refused', async (actionId) => {
      const { bystander } = workspace
      const before = await record()
      const view = await show(bystander, forgedButton('rotation-execution', actionId, labelFor(actionId)))
      await bystander.press(view, actionId)
      await expect
        .poll(async () => wordsOf((await bystander.views()).at(-1)), { timeout: 5_000 })
        .toContain('You may not ')
      expect(await record()).toEqual(before)
      await closeAll(bystander)
    })

    it('but those for anybody, which change nothing either', async () => {
      const { bystander } = workspace
      expect(FOR_ANYBODY.filter((id) => !ACTION_IDS.includes(id))).toEqual([])
      const before = await record()
      const posted = async () => (await bystander.messages()).filter((each) => !each.ephemeral)
      const earlier = (await posted()).length
      await bystander.type('/rotation status')
      await bystander.click(await bystander.ephemeral('staging'), ACTIONS.shareStatus)
      await expect
        .poll(async () => wordsOf((await posted()).slice(earlier)), { timeout: 10_000 })
        .toContain('staging')
      expect(await record()).toEqual(before)
      await closeAll(bystander)
    })
  })

  it.each(['start', 'incident', 'abort'])('/rotation %s is refused', async (subcommand) => {
    const { bystander } = workspace
    const before = await record()
    await bystander.type(`/rotation ${subcommand}${subcommand === 'abort' ? ` ${working}` : ''}`)
    await expect.poll(async () => wordsOf(await bystander.views())).toContain('You may not ')
    expect(await record()).toEqual(before)
    await closeAll(bystander)
  })

  describe('withdrawn while the form was open', () => {
    /** Does something while nobody has a permission. */
    const withdrawn = async <T>(list: keyof Workspace['config']['people'], act: () => Promise<T>) => {
      const people = workspace.config.people[list] as string[]
      const before = people.splice(0)
      try {
        return await act()
      } finally {
        people.push(...before)
      }
    }

    const FORMS_OPENED: {
      form: string
      list: 'operators' | 'devops-lead'
      open: () => Promise<[Person, View, Answers]>
    }[] = [
      {
        form: 'a sign-off',
        list: 'devops-lead',
        open: async () => {
          const view = await openSignOff(workspace.devopsLead, finished, 'devops-lead')
          return [workspace.devopsLead, view, { comment: 'seen' }]
        },
      },
      {
        form: 'a step',
        list: 'operators',
        open: async () => {
          const other = await start(workspace.operator, { scope: ['environment:sandbox', 'agent:evaluator'] })
          await openStep(workspace.operator, other, 'inventory-review')
          return [workspace.operator, await checkedStep(workspace.operator, 'inventory-review'), {}]
        },
      },
      {
        form: 'an abort',
        list: 'operators',
        open: async () => {
          await workspace.operator.type(`/rotation abort ${working}`)
          return [workspace.operator, await workspace.operator.modal('abort'), { reason: 'by mistake' }]
        },
      },
    ]

    it.each(FORMS_OPENED)('refuses $form, and keeps it open', async ({ list, open }) => {
      const [person, view, answers] = await open()
      const before = await record()
      const result = await withdrawn(list, () => person.submit(view, answers))
      expect(Object.values(result.errors ?? {})).toEqual([expect.stringMatching(/^You may not /)])
      expect((await person.views()).at(-1)?.id).toBe(view.id)
      expect(await record()).toEqual(before)
      await closeAll(person)
    })
  })

  // Last, because it changes things: what the bystander sent was refused for who they are, not for what it said.
  it.each(FORM_HANDLERS.map(([callbackId]) => callbackId))(
    '%s is not refused to whoever may send it',
    async (callbackId) => {
      const person = DECISIONS.includes(callbackId) ? workspace.devopsLead : workspace.operator
      const result = await person.submit(await showForm(person, callbackId), FORGED_ANSWERS)
      expect(Object.values(result.errors ?? {}).join()).not.toContain('You may not ')
      await closeAll(person)
    },
  )
})
