import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runChecks } from '#operations/run-checks'
import type { FaultId } from '#sandbox/faults'
import { wordsOf } from '#test/support/person'
import {
  checkedStep,
  completeAllSteps,
  completeRotation,
  openStep,
  promote,
  signOff,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const JOB = 'rotate-job-succeeded'
const NOTICE = 'notice-delivered'

describe('automation health', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
    await start(workspace.operator)
  })
  afterEach(() => workspace.close())

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const results = async (rotation = 1) => {
    const found = await runChecks(workspace.bot.context, rotation, 'automation-health', 'bot')
    return Object.fromEntries(found.map((each) => [each.check, each]))
  }
  const messages = async (type: string) =>
    (await workspace.operator.messages()).filter((each) => each.metadata?.event_type === type)

  it('passes on a first rotation with one test notice that nobody takes for a real one', async () => {
    const view = await openStep(workspace.operator, 'R1', 'automation-health')
    expect(wordsOf(await checkedStep(workspace.operator, 'automation-health'))).toMatch(
      /✓ \*Rotation job is healthy\*[\s\S]*✓ \*Completion notice arrives\*/,
    )
    await workspace.operator.close(view)
    expect(await results()).toMatchObject({
      [JOB]: { state: 'passed', evidence: [{ url: expect.stringContaining('#ci/') }] },
      [NOTICE]: { state: 'passed', evidence: [{ url: expect.stringContaining('/archives/') }] },
    })
    const tests = await messages('rotation_test_notice')
    expect(tests).toHaveLength(1)
    expect(wordsOf(tests)).toMatch(/^Test for R1: /)
    expect(await messages('rotation_notice')).toEqual([])
  })

  it.each<[FaultId, string, string, string]>([
    ['last-rotation-failed', JOB, 'failed', 'failed on'],
    ['workflow-missing', JOB, 'failed', 'agents-rotate-tokens.yml is not in flashfusion/agents on main'],
    ['workflow-disabled', JOB, 'failed', '60 days without commits'],
    ['github-unavailable', JOB, 'unknown', '503'],
    ['bot-removed-from-channel', NOTICE, 'failed', 'not in #flashfusion-ai'],
    ['slack-history-fails', NOTICE, 'unknown', 'The notice in the channel could not be read'],
    ['notice-deleted', NOTICE, 'failed', 'the test notice is not there either'],
  ])('shows the fault %s, and passes when it is over', async (id, check, state, words) => {
    await fault(id, true)
    const troubled = (await results())[check]
    expect(troubled).toMatchObject({ state })
    expect(troubled?.sentence).toContain(words)
    expect(troubled?.advice).not.toBe('')
    await fault(id, false)
    expect((await results())[check]).toMatchObject({ state: 'passed' })
  })

  it('finds the last run too old once the cadence is over', async () => {
    await workspace.operator.post('clock', { advanceMs: 18 * 86_400_000 + 120_000 })
    const job = (await results())[JOB]
    expect(job).toMatchObject({ state: 'failed' })
    expect(job?.sentence).toContain('30 days ago')
  })

  it('posts no more than three test notices when somebody takes each away', async () => {
    await fault('notice-deleted', true)
    for (let round = 1; round <= 4; round += 1) await results()
    await fault('notice-deleted', false)
    const { [NOTICE]: notice } = await results()
    expect(notice).toMatchObject({ state: 'failed' })
    expect(notice?.sentence).toContain('none of 3 test notices')
    expect(await messages('rotation_test_notice')).toEqual([])
  })

  it('reads the completion notice of the rotation before back, and says when it was deleted', async () => {
    await completeAllSteps(workspace.operator, 'R1')
    await signOff(workspace.devopsLead, 'R1', 'devops-lead')
    await signOff(workspace.aiOpsOwner, 'R1', 'ai-ops-owner')
    await promote(workspace.operator, 'R1')
    await completeRotation(workspace.operator, 'R1')
    await expect.poll(() => messages('rotation_notice'), { timeout: 15_000 }).toHaveLength(1)
    await start(workspace.operator)
    await workspace.operator.card('R2')
    const there = (await results(2))[NOTICE]
    expect(there).toMatchObject({ state: 'passed', evidence: [{ label: 'notice of R1' }] })
    await fault('notice-deleted', true)
    expect((await results(2))[NOTICE]).toMatchObject({ state: 'failed' })
    await fault('notice-deleted', false)
    const deleted = (await results(2))[NOTICE]
    expect(deleted).toMatchObject({ state: 'passed' })
    expect(deleted?.sentence).toContain(
      'The completion notice of R1 is no longer in the channel; a test notice',
    )
  }, 90_000)
})
