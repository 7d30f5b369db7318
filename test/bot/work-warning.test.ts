import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, everyOption, wordsOf } from '#test/support/person'
import { checkedStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const WARNING = 'You could sign this rotation as DevOps lead'

describe('an approver who is an operator as well', () => {
  let workspace: Workspace
  let label: string
  beforeAll(async () => {
    workspace = await openWorkspace({
      people: { operators: ['U0OPERATOR', 'U0DEVOPSLEAD', 'U0BYSTANDER'] },
    })
    label = await start(workspace.operator, { scope: ['environment:staging', 'agent:evaluator'] })
  }, 60_000)
  afterAll(() => workspace.close())

  it('is warned before they work on a rotation, in steps and forms', async () => {
    const { devopsLead, bystander } = workspace
    await openStep(devopsLead, label, 'inventory-review')
    const view = await checkedStep(devopsLead, 'inventory-review')
    expect(wordsOf(view)).toContain(WARNING)
    await devopsLead.press(view, 'run-checks')
    await eventually(async () => wordsOf(await checkedStep(devopsLead, 'inventory-review')), 'the results')
    expect(wordsOf(await checkedStep(devopsLead, 'inventory-review'))).toContain(WARNING)
    await devopsLead.close(await checkedStep(devopsLead, 'inventory-review'))
    await devopsLead.click(await devopsLead.card(label), 'handoff')
    const form = await devopsLead.modal('handoff')
    expect(wordsOf(form)).toContain(WARNING)
    await devopsLead.close(form)
    await openStep(bystander, label, 'inventory-review')
    const theirs = await checkedStep(bystander, 'inventory-review')
    expect(wordsOf(theirs)).not.toContain('You could sign')
    await bystander.close(theirs)
  })

  it('is not warned any more once they have worked on it, and cannot sign it', async () => {
    const { devopsLead, operator } = workspace
    await openStep(devopsLead, label, 'inventory-review')
    const view = await checkedStep(devopsLead, 'inventory-review')
    const result = await devopsLead.submit(view, { attest: everyOption(view, 'attest') })
    expect(result.errors).toBeUndefined()
    await openStep(devopsLead, label, 'automation-health')
    expect(wordsOf(await checkedStep(devopsLead, 'automation-health'))).not.toContain('You could sign')
    await openStep(operator, label, 'automation-health')
    expect(wordsOf(await checkedStep(operator, 'automation-health'))).not.toContain('You could sign')
  })
})
