import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORM_HANDLERS } from '#commands/forms/index'
import { createGenerator } from '#test/redaction/corpus/generator'
import { FORGED_ANSWERS, forgedForm } from '#test/support/forged-view'
import { type OverheardWorkspace, openOverheardWorkspace } from '#test/support/overheard-workspace'
import { eventually, type View } from '#test/support/person'
import { start } from '#test/support/run-rotation'
import type { Workspace } from '#test/support/workspace'
import { input, option } from '#views/blocks'
import { FORMS, INPUTS } from '#views/ids'

const VERSIONS = input(INPUTS.versions, 'versions', {
  type: 'multi_static_select',
  options: [option('one', '1')],
})
const FIELDS = ['reason', 'notes', 'commands', 'comment', 'evidence', 'proof'] as const
/** Which of the text fields each form reads; the others are not looked at. */
const READ: Record<string, readonly (typeof FIELDS)[number][]> = {
  [FORMS.start]: ['reason'],
  [FORMS.incident]: ['reason', 'evidence'],
  [FORMS.manualStep]: ['notes', 'commands', 'proof'],
  [FORMS.recordRevocation]: ['notes', 'commands', 'proof'],
  [FORMS.signOff]: ['comment'],
}
const STEP_FIELDS = ['evidence', 'notes'] as const
const APPROVERS: string[] = [FORMS.waive, FORMS.signOff, FORMS.reject, FORMS.withdraw]

describe('a credential that a person types', () => {
  let overheard: OverheardWorkspace
  let workspace: Workspace
  let label: string
  const planted: string[] = []

  beforeAll(async () => {
    overheard = await openOverheardWorkspace()
    workspace = overheard.workspace
    label = await start(workspace.operator, { scope: ['environment:staging', 'agent:evaluator'] })
  }, 60_000)
  afterAll(() => overheard.close())

  const fieldsOf = (form: string) =>
    READ[form] ?? (form.includes('-') && isStep(form) ? STEP_FIELDS : ['reason'])
  const isStep = (form: string) => !(Object.values(FORMS) as string[]).includes(form)

  const show = async (form: string): Promise<View> => {
    const person = APPROVERS.includes(form) ? workspace.devopsLead : workspace.operator
    const { trigger_id = '' } = (await person.type('/rotation help')) as { trigger_id?: string }
    const forged = forgedForm(form, { rotation: label, role: 'devops-lead', digest: 'd'.repeat(64) })
    const view = { ...forged, blocks: [...forged.blocks, VERSIONS] }
    const opened = await workspace.bot.context.slack.views.open({ trigger_id, view })
    return eventually(
      async () => (await person.views()).find((each) => each.id === opened.view?.id),
      'the form',
    )
  }

  it.each(FORM_HANDLERS.map(([form], index) => [form, index] as const))(
    'is refused at its field, and not repeated: %s',
    async (form, index) => {
      const person = APPROVERS.includes(form) ? workspace.devopsLead : workspace.operator
      for (const [at, field] of fieldsOf(form).entries()) {
        const value = `gh${'p'}_${createGenerator(index * 10 + at).base62(36)}`
        planted.push(value)
        const text =
          field === 'evidence' || field === 'proof' ? `https://x.example/?key=${value}` : `I used\n${value}`
        const view = await show(form)
        const { errors = {} } = await person.submit(view, { ...FORGED_ANSWERS, [field]: text })
        expect(errors[field]).toMatch(/^Line [12] looks like /)
        expect(JSON.stringify(errors)).not.toContain(value)
        await person.close(view)
      }
    },
  )

  it('is afterwards nowhere in the database, the log and what the bot sent', async () => {
    expect(planted.length).toBeGreaterThan(20)
    for (const [place, text] of await overheard.places())
      for (const value of planted) expect(text.includes(value), place).toBe(false)
  })
})
