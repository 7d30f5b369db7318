import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChecksUnderFaults, checksUnderFaults } from '#test/support/checks-under-faults'
import { completeStep, letTelemetryMeasure, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** As `every-check.test.ts`, from a rotation whose first three steps went well. */
describe('every check of the last two steps can pass, fail and be unknown', () => {
  let workspace: Workspace
  let checks: ChecksUnderFaults

  beforeAll(async () => {
    // The log is changed by hand below.
    workspace = await openWorkspace({ audited: false })
    checks = checksUnderFaults(workspace, 1)
    const label = await start(workspace.operator)
    for (const step of ['inventory-review', 'automation-health', 'rotation-execution'] as const)
      await completeStep(workspace.operator, label, step)
  }, 120_000)
  afterAll(() => workspace.close())

  it('fails and is unknown in the verification of the integration', async () => {
    const step = 'integration-verification'
    await checks.fault('deployment-fails', true)
    await checks.run('deploy', 'staging')
    await checks.fault('deployment-fails', false)
    expect((await checks.look(step)).get('deployed:staging')?.state).toBe('failed')
    await checks.fault('smoke-fails', true)
    await checks.run('deploy', 'staging')
    await checks.ended('smoke', 'staging')
    await checks.fault('smoke-fails', false)
    expect((await checks.look(step)).get('smoke-passed:staging')?.state).toBe('failed')
    await checks.run('smoke', 'staging')
    await checks.whileFault('github-unavailable', step, {
      'deployed:staging': 'unknown',
      'smoke-passed:staging': 'unknown',
    })
    await checks.whileFault('telemetry-unavailable', step, { 'agents-work:staging': 'unknown' })
    await checks.whileFault('telemetry-silent', step, { 'agents-work:staging': 'unknown' })
    await checks.fault('telemetry-auth-failures', true)
    await workspace.operator.post('clock', { advanceMs: 120_000 })
    expect((await checks.look(step)).get('agents-work:staging')?.state).toBe('failed')
    await checks.fault('telemetry-auth-failures', false)
    await checks.run('deploy', 'sandbox')
    await checks.run('deploy', 'staging')
    await checks.ended('smoke', 'staging')
    await letTelemetryMeasure(workspace.operator)
    const fixed = await checks.look(step)
    expect(fixed.get('agents-work:staging')).toMatchObject({ state: 'passed' })
    await checks.complete(step)
  }, 120_000)

  it('fails and is unknown in the audit log', async () => {
    const step = 'audit-logging'
    await checks.look(step)
    await checks.whileFault('log-row-changed', step, { 'log-appended': 'failed' })
    await checks.whileFault('ticket-closed', step, { 'ticket-updated': 'failed' })
    await checks.whileFault('ticket-comment-deleted', step, { 'ticket-updated': 'failed' })
    await checks.whileFault('ticket-unavailable', step, { 'ticket-updated': 'unknown' })
    await checks.whileFault('github-unavailable', step, {
      'log-appended': 'unknown',
      'ticket-updated': 'unknown',
    })
  }, 60_000)

  it('has been seen in every state, each of them', () => {
    checks.expectEveryState(['integration-verification', 'audit-logging'])
  })
})
