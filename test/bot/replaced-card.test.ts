import { afterAll, beforeAll, expect, it } from 'vitest'
import { wordsOf } from '#test/support/person'
import { completeStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

let workspace: Workspace
beforeAll(async () => {
  workspace = await openWorkspace()
})
afterAll(() => workspace.close())

const cards = async () =>
  (await workspace.operator.messages()).filter((each) => each.metadata?.event_type === 'rotation_card')

it('posts a new card when Slack refuses edits, and links it from the old thread', async () => {
  const label = await start(workspace.operator, { scope: ['environment:staging'] })
  const old = await workspace.operator.card(label)
  workspace.sandbox.world.faults.set('slack-messages-locked', true)
  await completeStep(workspace.operator, label, 'inventory-review')
  await expect.poll(async () => (await cards()).length, { timeout: 10_000 }).toBeGreaterThan(1)
  workspace.sandbox.world.faults.set('slack-messages-locked', false)
  await expect
    .poll(async () => wordsOf(await workspace.operator.thread(old.ts)), { timeout: 10_000 })
    .toContain('can no longer be edited')
})
