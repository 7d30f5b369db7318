import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultId } from '#sandbox/faults'
import { eventually, everyOption, wordsOf } from '#test/support/person'
import { checkedStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

describe('when the secrets manager is in trouble', () => {
  let workspace: Workspace
  let label: string
  beforeEach(async () => {
    workspace = await openWorkspace()
    label = await start(workspace.operator)
  })
  afterEach(() => workspace.close())

  /** What the modal says of each check of the inventory while the fault is on. */
  async function inventoryDuring(id: FaultId): Promise<string> {
    await workspace.operator.post('faults', { id, on: true })
    await openStep(workspace.operator, label, 'inventory-review')
    const done = await checkedStep(workspace.operator, 'inventory-review')
    const refused = await workspace.operator.submit(done, { attest: everyOption(done, 'attest') })
    expect(refused.errors?.attest).toContain('did not pass')
    await workspace.operator.close(done)
    await workspace.operator.post('faults', { id, on: false })
    return wordsOf(done)
  }

  it('names a token whose deletion is planned, and the list does not pass', async () => {
    const words = await inventoryDuring('secret-missing')
    expect(words).toMatch(/\*Token list exported\* – failed.+does not list \S*production\/tool-runner/s)
    expect(words).toMatch(/\*Metadata is complete\* – failed.+is scheduled for deletion/s)
  })

  it.each([
    ['secrets-throttled', 'AWS is throttling'],
    ['secrets-unavailable', 'AWS failed (HTTP 500)'],
    ['secrets-access-denied', 'access denied'],
  ] as const)(
    'cannot tell under %s, and says why',
    async (id, why) => {
      const words = await inventoryDuring(id)
      expect(words).toMatch(/\*Token list exported\* – not read/)
      expect(words).toMatch(/\*Metadata is complete\* – not read/)
      expect(words).toContain(why)
    },
    60_000,
  )

  it('passes again once it is over', async () => {
    await inventoryDuring('secrets-unavailable')
    await openStep(workspace.operator, label, 'inventory-review')
    await workspace.operator.press(await checkedStep(workspace.operator, 'inventory-review'), 'run-checks')
    await eventually(async () => {
      const top = (await workspace.operator.views()).at(-1)
      return top && /\*Token list exported\* – passed/.test(wordsOf(top))
    }, 'the check to pass')
  })
})
