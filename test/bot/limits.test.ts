import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, wordsOf } from '#test/support/person'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const MINUTE = 60_000

describe('a person who asks too often', () => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await openWorkspace({ waits: { betweenCommands: MINUTE, betweenExports: MINUTE } })
  }, 60_000)
  afterAll(() => workspace.close())

  it('is answered so in words, and others are not concerned', async () => {
    const { operator, bystander } = workspace
    for (let count = 0; count < 20; count += 1) await operator.type('/rotation help')
    await operator.type('/rotation status')
    expect(wordsOf(await operator.ephemeral('That was a lot at once'))).toMatch(/Try again in \d+ seconds/)
    await bystander.type('/rotation history')
    await bystander.ephemeral('No rotation')
  })

  it('gets one export a minute', async () => {
    const { bystander } = workspace
    await bystander.type('/rotation inventory')
    const list = await bystander.ephemeral('orchestrator')
    await bystander.click(list, 'export-inventory')
    await bystander.ephemeral('was sent to you as a direct message')
    await bystander.click(list, 'export-inventory')
    await bystander.ephemeral('That was a lot at once')
    const files = await eventually(
      async () => (await bystander.messages('D0BYSTANDER')).filter((each) => each.files?.length),
      'the file',
    )
    expect(files).toHaveLength(1)
  })
})
