import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WEEKDAYS } from '#domain/time/windows'
import { eventually, everyOption, wordsOf } from '#test/support/person'
import { checkedStep, completeStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const WARNING = 'You could sign this rotation as DevOps lead'
const OWNER_WARNING = 'You cannot sign one that you open or raise to an incident yourself'
const EARLY = { days: [...WEEKDAYS], from: '04:00', to: '08:00' }

describe('an approver who is an operator as well', () => {
  let workspace: Workspace
  let label: string
  beforeAll(async () => {
    workspace = await openWorkspace({
      people: { operators: ['U0OPERATOR', 'U0DEVOPSLEAD', 'U0BYSTANDER'] },
      configure: (config) => ({ ...config, windows: { start: null, deploy: { sandbox: EARLY } } }),
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

  it.each(['start', 'incident'])('is warned before they own a rotation, by /rotation %s', async (word) => {
    const { devopsLead, bystander } = workspace
    await devopsLead.type(`/rotation ${word}`)
    const form = await devopsLead.modal(word)
    expect(wordsOf(form)).toContain(`⚠ *You sign rotations as DevOps lead.* ${OWNER_WARNING}`)
    await devopsLead.close(form)
    await bystander.type(`/rotation ${word}`)
    const theirs = await bystander.modal(word)
    expect(wordsOf(theirs)).not.toContain(OWNER_WARNING)
    await bystander.close(theirs)
  })

  it('is warned in the form that asks why a deployment does not wait, and after refusals', async () => {
    const { devopsLead, operator } = workspace
    await operator.type('/rotation incident')
    const reported = await operator.submit(await operator.modal('incident'), {
      scope: ['environment:sandbox'],
      trigger: 'policy-hit',
      severity: 'P3',
      reason: 'a policy was hit',
    })
    expect(reported.errors).toBeUndefined()
    for (const step of ['inventory-review', 'automation-health'] as const)
      await completeStep(operator, 'R2', step)
    await openStep(devopsLead, 'R2', 'rotation-execution')
    const outdated = await devopsLead.modal('rotation-execution')
    await completeStep(operator, 'R2', 'rotation-execution')
    await devopsLead.press(outdated, 'start-workflow')
    await devopsLead.close(await devopsLead.modal('message'))
    await eventually(
      async () => wordsOf(await devopsLead.modal('rotation-execution')).includes('succeeded'),
      'the modal as it is now',
    )
    const redrawn = await devopsLead.modal('rotation-execution')
    expect(wordsOf(redrawn)).toContain(WARNING)
    await devopsLead.close(redrawn)
    await openStep(devopsLead, 'R2', 'integration-verification')
    await devopsLead.press(await devopsLead.modal('integration-verification'), 'deploy:sandbox')
    const form = await devopsLead.modal('deploy')
    expect(wordsOf(form)).toContain('Its window is closed.')
    expect(wordsOf(form)).toContain(WARNING)
    await devopsLead.close(form)
    await devopsLead.close(await devopsLead.modal('integration-verification'))
  }, 60_000)

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
