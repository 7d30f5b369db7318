import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHECKS, ENVIRONMENT_CHECKS } from '#checks/index'
import { recordManualStep } from '#operations/record-manual-step'
import { type ChecksUnderFaults, checksUnderFaults } from '#test/support/checks-under-faults'
import { completeAllSteps, completeRotation, signByBoth, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const OPERATOR = 'U0OPERATOR'

/**
 * Every check is seen to pass, to fail and to be unknown: by the sandbox's fault switches, through one rotation that goes
 * well and another in which everything goes wrong once. A check that cannot fail proves nothing. The last two steps are
 * in `every-later-check.test.ts`.
 */
describe('every check of the first three steps can pass, fail and be unknown', () => {
  let workspace: Workspace
  let checks: ChecksUnderFaults

  beforeAll(async () => {
    workspace = await openWorkspace()
    checks = checksUnderFaults(workspace, 2)
    await start(workspace.operator, { scope: ['environment:staging'] })
  })
  afterAll(() => workspace.close())

  it('passes in a rotation that goes well', async () => {
    await completeAllSteps(workspace.operator, 'R1')
    await checks.addStored()
    // What guards a run is there only where the run would promote an environment at once.
    for (const { id } of [...CHECKS, ...ENVIRONMENT_CHECKS.filter((check) => !check.guards)])
      expect([id, checks.statesOf(id).includes('passed')]).toEqual([id, true])
    await signByBoth(workspace, 'R1')
    await completeRotation(workspace.operator, 'R1')
    expect(await start(workspace.operator, {})).toBe('R2')
  }, 120_000)

  it('fails and is unknown in the inventory review', async () => {
    const step = 'inventory-review'
    await checks.whileFault('secret-missing', step, {
      'inventory-exported': 'failed',
      'registry-in-sync': 'failed',
    })
    await checks.whileFault('metadata-missing', step, { 'metadata-complete': 'failed' })
    await checks.whileFault('registry-drift', step, { 'registry-in-sync': 'failed' })
    await checks.whileFault('registry-malformed', step, { 'registry-in-sync': 'failed' })
    await checks.whileFault('secrets-access-denied', step, {
      'inventory-exported': 'unknown',
      'metadata-complete': 'unknown',
    })
    await checks.whileFault('github-unavailable', step, { 'registry-in-sync': 'unknown' })
    await checks.look(step)
    await checks.complete(step)
  }, 60_000)

  it('fails and is unknown in the health of the automation', async () => {
    const step = 'automation-health'
    await checks.whileFault('last-rotation-failed', step, { 'rotate-job-succeeded': 'failed' })
    await checks.whileFault('github-unavailable', step, { 'rotate-job-succeeded': 'unknown' })
    await checks.whileFault('bot-removed-from-channel', step, { 'notice-delivered': 'failed' })
    await checks.whileFault('slack-history-fails', step, { 'notice-delivered': 'unknown' })
    await checks.look(step)
    await checks.complete(step)
  }, 60_000)

  it('fails and is unknown in the execution of the rotation', async () => {
    const step = 'rotation-execution'
    await checks.fault('workflow-fails', true)
    await checks.fault('old-version-not-revoked', true)
    expect((await checks.look(step)).get('workflow-succeeded')).toMatchObject({
      state: 'unknown',
      advice: '',
    })
    await checks.run('rotate')
    await checks.fault('workflow-fails', false)
    await checks.fault('old-version-not-revoked', false)
    const failed = await checks.look(step)
    for (const check of ['workflow-succeeded', 'old-version-revoked'])
      expect([check, failed.get(check)?.state]).toEqual([check, 'failed'])
    expect(failed.get('new-version-current')).toMatchObject({ state: 'unknown', advice: '' })
    await recordManualStep(workspace.bot.context, 2, {
      check: 'workflow-succeeded',
      what: 'rotated by hand',
      commands: '',
      proof: [],
      by: OPERATOR,
      doneAt: null,
    })
    expect((await checks.look(step)).get('new-version-current')?.state).toBe('failed')
    await checks.fault('tag-missing', true)
    await checks.run('rotate')
    await checks.fault('tag-missing', false)
    expect((await checks.look(step)).get('tags-correct')?.state).toBe('failed')
    await checks.whileFault('github-unavailable', step, { 'workflow-succeeded': 'unknown' })
    await checks.fault('secrets-unavailable', true)
    const unread = await checks.look(step)
    await checks.fault('secrets-unavailable', false)
    for (const check of ['new-version-current', 'tags-correct', 'old-version-revoked'])
      expect([check, unread.get(check)?.state]).toEqual([check, 'unknown'])
    await checks.look(step)
    for (const check of ['tags-correct', 'old-version-revoked'])
      await recordManualStep(workspace.bot.context, 2, {
        check,
        what: 'set by hand',
        commands: '',
        proof: [],
        by: OPERATOR,
        doneAt: null,
      })
    await checks.complete(step)
  }, 120_000)

  it('has been seen in every state, each of them', () => {
    checks.expectEveryState(['inventory-review', 'automation-health', 'rotation-execution'])
  })
})
