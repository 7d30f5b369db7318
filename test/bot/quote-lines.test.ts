import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRotation } from '#db/queries/rotations'
import type { Evidence } from '#domain/rotation/rotation'
import type { FaultId } from '#sandbox/faults'
import { elementsOf, eventually, type View, wordsOf } from '#test/support/person'
import { completeStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const STEP = 'rotation-execution'
const TOKEN = `gh${'p'}_Zk3qW8vN1xT5rB7mL2cY9dF4hJ6sP0aE8uQw`

describe('the failing lines of a workflow run', () => {
  let workspace: Workspace
  let action = ''

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const quotes = async (): Promise<Evidence[]> =>
    (await findRotation(workspace.bot.context.db, 1))?.steps.find(({ id }) => id === STEP)?.quotes ?? []
  /** Presses the button, and reads what is shown on top. */
  const quote = async (): Promise<string> => {
    const { operator } = workspace
    await operator.press(await operator.modal(STEP), action)
    const top = await eventually(async () => {
      const found = (await operator.views()).at(-1)
      return found?.callback_id === 'message' && !wordsOf(found).includes('Loading') && found
    }, 'the answer')
    await operator.close(top)
    return wordsOf(top)
  }

  beforeAll(async () => {
    workspace = await openWorkspace()
    const { operator } = workspace
    await start(operator)
    for (const step of ['inventory-review', 'automation-health'] as const)
      await completeStep(operator, 'R1', step)
    await fault('workflow-fails', true)
    const view = await openStep(operator, 'R1', STEP)
    expect(JSON.stringify(view)).not.toContain('quote-lines')
    await operator.press(view, 'start-workflow')
    const failed = await eventually(async (): Promise<View | null> => {
      const found = await operator.modal(STEP)
      return JSON.stringify(found).includes('quote-lines') ? found : null
    }, 'the button')
    action =
      elementsOf(failed.blocks).find((each) => each.action_id?.startsWith('quote-lines:'))?.action_id ?? ''
    await fault('workflow-fails', false)
  }, 60_000)
  afterAll(() => workspace.close())

  it('are not quoted where GitHub has no log, or does not give it, and nothing is kept', async () => {
    const reasons: [FaultId, string][] = [
      ['logs-expired', 'GitHub has no log of it any more'],
      ['logs-unavailable', 'the storage of GitHub’s logs answered 503'],
      ['github-unavailable', 'The jobs of run'],
    ]
    for (const [id, words] of reasons) {
      await fault(id, true)
      expect(await quote()).toContain(words)
      await fault(id, false)
    }
    expect(await quotes()).toEqual([])
  })

  it('are shown on top of the step, without what looks like a credential', async () => {
    await fault('log-shows-credential', true)
    const shown = await quote()
    await fault('log-shows-credential', false)
    expect(shown).toContain('[redacted]')
    expect(shown).toContain('The log has what looks like a credential')
    expect(shown).not.toContain(TOKEN)
    const { db } = workspace.bot.context
    expect(JSON.stringify(await db.selectFrom('steps').selectAll().execute())).not.toContain(TOKEN)
  })

  it('are the lines up to the last error, and replace those that were quoted before', async () => {
    const shown = await quote()
    expect(shown).toContain('Error: the issuer did not confirm version')
    expect(shown).toContain('Error: Process completed with exit code 1.')
    expect(shown).not.toContain('Post job cleanup')
    const [kept, ...others] = await quotes()
    expect(others).toEqual([])
    expect(kept?.excerpt?.split('\n').length).toBeLessThanOrEqual(20)
    expect(kept?.excerpt).not.toMatch(/^\d{4}-/m)
    await eventually(
      async () =>
        wordsOf(await workspace.operator.modal(STEP)).includes('evidence when the step is completed'),
      'the lines in the step',
    )
  })

  it('become evidence when the step is completed after a run that succeeded, which has no button', async () => {
    const { operator } = workspace
    for (const view of (await operator.views()).toReversed()) await operator.close(view)
    await completeStep(operator, 'R1', STEP)
    const rotation = await findRotation(workspace.bot.context.db, 1)
    const [first] = rotation?.steps.find(({ id }) => id === STEP)?.completion?.evidence ?? []
    expect(first).toEqual((await quotes())[0])
    expect(first?.label).toMatch(/^Failing lines of .*, run 88\d\d$/)
    await operator.card('R1', 'Integration verification')
  }, 60_000)
})
