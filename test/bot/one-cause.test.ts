import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StepId } from '#domain/rotation/steps'
import { loadState } from '#read-models/rotation-state'
import type { FaultId } from '#sandbox/faults'
import { type ChecksUnderFaults, checksUnderFaults } from '#test/support/checks-under-faults'
import { wordsOf } from '#test/support/read-view'
import { completeStep, letTelemetryMeasure, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'
import { stepModal } from '#views/step-modal'

describe('one cause', () => {
  let workspace: Workspace
  let checks: ChecksUnderFaults
  beforeAll(async () => {
    workspace = await openWorkspace()
    checks = checksUnderFaults(workspace, 1)
    await start(workspace.operator)
  }, 60_000)
  afterAll(() => workspace.close())

  /** The lines of a step's modal that say that something is wrong, and why. */
  const complaints = async (step: StepId): Promise<string[]> => {
    await checks.look(step)
    const { context } = workspace.bot
    const state = await loadState(context, context.db, 1)
    if (!state) throw new TypeError('no rotation 1')
    const lines = wordsOf(stepModal(state, step, (id) => id, context.clock.now())).split('\n')
    // The line of the run above the checks is none of theirs.
    return lines.filter((line) => /^[✗?] .* – /.test(line) && !line.includes('for the same reason'))
  }

  const whileFault = async (fault: FaultId, step: StepId) => {
    await checks.fault(fault, true)
    const found = await complaints(step)
    await checks.fault(fault, false)
    // A list of secrets that failed is shared for a second.
    await sleep(1_100)
    await checks.look(step)
    return found
  }

  it('is one line in the inventory review', async () => {
    expect(await whileFault('secrets-unavailable', 'inventory-review')).toEqual([expect.any(String)])
    expect(await whileFault('registry-malformed', 'inventory-review')).toEqual([expect.any(String)])
    expect(await whileFault('github-unavailable', 'inventory-review')).toEqual([expect.any(String)])
  }, 60_000)

  it('is one line in the execution of the rotation', async () => {
    const step = 'rotation-execution'
    for (const done of ['inventory-review', 'automation-health'] as const)
      await completeStep(workspace.operator, 'R1', done)
    expect(await complaints(step)).toEqual([])
    await checks.fault('workflow-fails', true)
    await checks.run('rotate')
    await checks.fault('workflow-fails', false)
    expect(await complaints(step)).toEqual([
      expect.stringMatching(/Workflow finished – failed: Run \d+ ended with failure/),
    ])
    await checks.run('rotate')
    expect(await whileFault('secrets-unavailable', step)).toEqual([expect.any(String)])
    await completeStep(workspace.operator, 'R1', step)
  }, 90_000)

  it('is one line for each environment in the verification of the integration', async () => {
    const step = 'integration-verification'
    const deployedTo = (...environments: string[]) =>
      environments.map((name) => expect.stringContaining(`Deployed to ${name} – failed`))
    expect(await complaints(step)).toEqual([])
    await checks.run('deploy', 'sandbox')
    await letTelemetryMeasure(workspace.operator)
    await checks.fault('deployment-fails', true)
    await checks.run('deploy', 'staging')
    await checks.fault('deployment-fails', false)
    expect(await complaints(step)).toEqual(deployedTo('staging'))
    expect(await whileFault('github-unavailable', step)).toEqual([expect.any(String)])
    await completeStep(workspace.operator, 'R1', step)
  }, 120_000)

  it('is one line in the audit log', async () => {
    expect(await whileFault('github-unavailable', 'audit-logging')).toEqual([expect.any(String)])
  }, 60_000)
})
