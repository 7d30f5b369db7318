import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Block, eventually, type Message, wordsOf } from '#test/support/person'
import { completeStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** The texts of a table block's cells, row by row. */
const tableIn = (message: Message): string[][] =>
  (message.blocks ?? [])
    .filter((block) => block.type === 'table')
    .flatMap((block: Block & { rows?: { text: string }[][] }) => block.rows ?? [])
    .map((row) => row.map((cell) => cell.text))

describe('the inventory', () => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await openWorkspace()
  })
  afterAll(() => workspace.close())

  it('shows every secret to anybody, and sends the CSV to their direct messages', async () => {
    const { bystander } = workspace
    await bystander.type('/rotation inventory')
    const answer = await bystander.ephemeral('9 secrets, all with complete metadata')
    const rows = tableIn(answer)
    expect(rows).toHaveLength(10)
    expect(rows[1]).toEqual([
      'sandbox',
      'orchestrator',
      'platform',
      expect.stringMatching(/^[0-9a-f]{8}$/),
      expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      '1',
      '–',
      'flashfusion/sandbox/orchestrator/capability-token',
    ])
    await bystander.click(answer, 'export-inventory')
    await bystander.ephemeral('was sent to you as a direct message')
    const im = workspace.sandbox.world.store
      .collection<{ id: string; kind: string; members: string[] }>('slack.conversations')
      .all()
      .find((each) => each.kind === 'im' && each.members.includes(bystander.id))
    const files = (await bystander.messages(im?.id)).flatMap((each) => each.files ?? [])
    expect(files).toHaveLength(1)
    expect(files[0]?.name).toMatch(/^secrets-\d{8}-\d{4}\.csv$/)
  })

  it('is a table in the thread beside the CSV, once', async () => {
    const { operator } = workspace
    const label = await start(operator)
    await completeStep(operator, label, 'inventory-review')
    const card = await operator.card(label)
    const thread = await eventually(async () => {
      const messages = await operator.thread(card.ts)
      return messages.some((each) => wordsOf(each).includes('completed step 1')) && messages
    }, 'the thread')
    expect(thread.filter((each) => tableIn(each).length === 10)).toHaveLength(1)
    expect(thread.flatMap((each) => each.files ?? [])).toHaveLength(1)
  })

  it('names what could not be read, or has lost a tag', async () => {
    const { operator } = workspace
    await operator.post('faults', { id: 'secrets-access-denied', on: true })
    await operator.post('faults', { id: 'metadata-missing', on: true })
    await operator.type('/rotation inventory')
    const rows = tableIn(await operator.ephemeral('2 with a problem'))
    expect(rows.find((row) => row.at(-1)?.includes('sandbox/tool-runner'))?.[7]).toBe('lacks the tag owner')
    expect(rows.find((row) => row.at(-1)?.includes('staging/evaluator'))?.[7]).toContain('access denied')
    await operator.post('faults', { id: 'secrets-access-denied', on: false })
    await operator.post('faults', { id: 'metadata-missing', on: false })
  })
})
