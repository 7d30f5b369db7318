import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { elementsOf, eventually, wordsOf } from '#test/support/person'
import { checkedStep, completeStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

describe('a button on a screen that is older than the rotation', () => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await openWorkspace({ people: { operators: ['U0OPERATOR', 'U0BYSTANDER'] } })
    await start(workspace.operator, { scope: ['environment:staging'] })
  }, 60_000)
  afterAll(() => workspace.close())

  const closeAll = async () => {
    for (const view of (await workspace.operator.views()).reverse()) await workspace.operator.close(view)
  }

  it('says that somebody else completed the step, and shows it', async () => {
    const { operator, bystander } = workspace
    await openStep(operator, 'R1', 'inventory-review')
    const shown = await checkedStep(operator, 'inventory-review')
    await completeStep(bystander, 'R1', 'inventory-review')
    await operator.press(shown, 'run-checks')
    expect(wordsOf(await operator.modal('message'))).toMatch(/was completed by .* so nothing was started/)
    const below = async () =>
      elementsOf((await operator.views())[0]?.blocks ?? []).map((each) => each.action_id)
    await expect.poll(below).not.toContain('run-checks')
    await closeAll()
  }, 60_000)

  it.each([
    ['start-workflow', 'R1'],
    ['run-checks', 'R2'],
  ])(
    'says of %s that the rotation was aborted',
    async (action, label) => {
      const { operator, bystander } = workspace
      if (label !== 'R1') {
        await start(operator, { scope: ['environment:staging'] })
        await completeStep(bystander, label, 'inventory-review')
      }
      await completeStep(bystander, label, 'automation-health')
      await openStep(operator, label, 'rotation-execution')
      const shown = await eventually(async () => {
        const top = await operator.modal('rotation-execution')
        return elementsOf(top.blocks).some((each) => each.action_id === action) && top
      }, action)
      await bystander.type(`/rotation abort ${label}`)
      await bystander.submit(await bystander.modal('abort'), { reason: 'seen enough' })
      await operator.card(label, 'aborted')
      await operator.press(shown, action)
      expect(wordsOf(await operator.modal('message'))).toContain('can no longer be changed')
      await closeAll()
    },
    60_000,
  )

  it('acts on a button of an older card that is an option of its menu now', async () => {
    const { operator } = workspace
    const label = await start(operator, { scope: ['environment:sandbox'] })
    const { slack, channelId } = workspace.bot.context
    const text = { type: 'plain_text', text: 'Escalate' } as const
    await slack.chat.postMessage({
      channel: channelId,
      text: 'a card of before',
      blocks: [
        { type: 'actions', elements: [{ type: 'button', text, action_id: 'escalate', value: label }] },
      ],
    })
    const old = await eventually(
      async () => (await operator.messages()).find((each) => each.text === 'a card of before'),
      'the older card',
    )
    await operator.click(old, 'escalate')
    await operator.card(label, 'On-call notified')
    await operator.type(`/rotation abort ${label}`)
    await operator.submit(await operator.modal('abort'), { reason: 'seen enough' })
  })

  it('says of a button and a form of another version that they are, and what to do', async () => {
    const { operator } = workspace
    const { slack, channelId } = workspace.bot.context
    const text = { type: 'plain_text', text: 'Rotate' } as const
    const button = { type: 'button', text, action_id: 'rotate-all', value: 'R1' } as const
    const options = [{ text, value: 'retire-all:R1' }]
    const menu = { type: 'overflow', action_id: 'more', options } as const
    await slack.chat.postMessage({
      channel: channelId,
      text: 'from before',
      blocks: [
        { type: 'actions', elements: [button, { ...button, action_id: 'open-step:deployment' }, menu] },
      ],
    })
    const old = await eventually(
      async () => (await operator.messages()).find((each) => each.text === 'from before'),
      'the old message',
    )
    const answers = async () =>
      (await operator.messages()).filter(
        (each) => each.ephemeral && wordsOf(each).includes('from an older version'),
      )
    await operator.click(old, 'rotate-all')
    await expect.poll(async () => (await answers()).length).toBe(1)
    await operator.click(old, 'open-step:deployment')
    await expect.poll(async () => (await answers()).length).toBe(2)
    await operator.click(old, 'retire-all')
    await expect.poll(async () => (await answers()).length).toBe(3)

    const { trigger_id } = (await operator.type('/rotation help')) as { trigger_id?: string }
    await slack.views.open({
      trigger_id: trigger_id ?? '',
      view: {
        type: 'modal',
        callback_id: 'rotate-all',
        title: text,
        submit: text,
        blocks: [
          {
            type: 'input',
            block_id: 'why',
            label: text,
            element: { type: 'plain_text_input', action_id: 'why' },
          },
        ],
      },
    })
    const result = await operator.submit(await operator.modal('rotate-all'), { why: 'it is due' })
    expect(result.errors?.why).toContain('/rotation status')
  }, 30_000)
})
