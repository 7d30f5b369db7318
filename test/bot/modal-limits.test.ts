import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultId } from '#sandbox/faults'
import { eventually, wordsOf } from '#test/support/person'
import { checkedStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** Longer than the limit that the sandbox names. */
const LIMIT_MS = 1_500

describe('a modal that Slack does not draw', () => {
  let workspace: Workspace
  let label: string
  beforeEach(async () => {
    workspace = await openWorkspace()
    label = await start(workspace.operator, { scope: ['environment:staging'] })
  })
  afterEach(() => workspace.close())

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const modal = async () => wordsOf((await workspace.operator.views()).at(-1))
  const results = () => workspace.bot.context.db.selectFrom('checks').select('state').execute()

  it('is filled when the limit is over', async () => {
    await fault('slack-views-rate-limited', true)
    const card = await workspace.operator.card(label)
    await workspace.operator.click(card, 'open-step:automation-health')
    await eventually(async () => (await workspace.operator.views()).length > 0, 'the empty modal')
    await sleep(LIMIT_MS)
    await fault('slack-views-rate-limited', false)
    expect(wordsOf(await checkedStep(workspace.operator, 'automation-health'))).toContain('passed')
  }, 60_000)

  it.each(['slack-views-rate-limited', 'slack-unavailable'] as const)(
    'shows the newest results once %s is over, without another click',
    async (id) => {
      await openStep(workspace.operator, label, 'automation-health')
      const view = await checkedStep(workspace.operator, 'automation-health')
      expect(wordsOf(view)).not.toContain('– failed')
      await fault('last-rotation-failed', true)
      await fault(id, true)
      await workspace.operator.press(view, 'run-checks')
      await eventually(
        async () => (await results()).some(({ state }) => state === 'failed'),
        'a failed check',
      )
      await sleep(LIMIT_MS)
      expect(await modal()).not.toContain('– failed')
      await fault(id, false)
      await expect.poll(modal, { timeout: 15_000 }).toContain('– failed')
      expect(await modal()).not.toMatch(/(^|\s)… /)
    },
    60_000,
  )

  it('shows all results of the doctor', async () => {
    await workspace.operator.type('/rotation doctor')
    await eventually(async () => (await workspace.operator.views()).length > 0, 'the modal')
    await fault('slack-views-rate-limited', true)
    await sleep(LIMIT_MS)
    await fault('slack-views-rate-limited', false)
    await expect.poll(modal, { timeout: 15_000 }).toMatch(/ fine/)
    await expect.poll(modal, { timeout: 15_000 }).not.toMatch(/… checking/)
  }, 60_000)
})
