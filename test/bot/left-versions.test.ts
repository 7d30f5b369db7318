import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRevocations } from '#db/queries/revocations'
import { findRotation } from '#db/queries/rotations'
import type { Revocation } from '#domain/revocations/revocation'
import { secretsOf } from '#sandbox/aws/secrets'
import type { FaultId } from '#sandbox/faults'
import { type ChecksUnderFaults, checksUnderFaults } from '#test/support/checks-under-faults'
import { eventually } from '#test/support/person'
import { completeStep, signOff, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const WAIT_MS = 60_000

/** The issuer accepts a version that a failed run made and did not make current: a rotation without it is not complete. */
describe('a version that a failed run left behind', () => {
  let workspace: Workspace
  let checks: ChecksUnderFaults

  beforeAll(async () => {
    workspace = await openWorkspace({ revoker: 'bot' })
    checks = checksUnderFaults(workspace, 1)
  }, 120_000)
  afterAll(() => workspace.close())

  const wait = (ms: number) => workspace.operator.post('clock', { advanceMs: ms })
  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const rows = (rotation: number) => findRevocations(workspace.bot.context.db, rotation)
  const known = new Set<string>()

  /** Versions that no earlier call returned, with a label that says pending. */
  const pending = () =>
    secretsOf(workspace.sandbox.world)
      .all()
      .flatMap((secret) => secret.versions)
      .filter((version) => version.labels.includes('AWSPENDING') && !known.has(version.id))
      .map(({ id }) => {
        known.add(id)
        return id
      })

  const leftIn = async (rotation: number, id: string): Promise<Revocation> =>
    eventually(async () => (await rows(rotation)).find((row) => row.versionId === id), 'the version', WAIT_MS)

  async function failOnce(rotation: number): Promise<string> {
    const label = await start(workspace.operator, { scope: ['environment:staging'] })
    for (const step of ['inventory-review', 'automation-health'] as const)
      await completeStep(workspace.operator, label, step)
    await fault('workflow-fails', true)
    await checksUnderFaults(workspace, rotation).run('rotate')
    await fault('workflow-fails', false)
    const [id = ''] = pending()
    expect(id).not.toBe('')
    return id
  }

  it('is disabled and destroyed with the old ones when the workflow has run again', async () => {
    const id = await failOnce(1)
    await leftIn(1, id)
    await checks.run('rotate')
    for (const step of ['rotation-execution', 'integration-verification', 'audit-logging'] as const)
      await completeStep(workspace.operator, 'R1', step)
    await signOff(workspace.devopsLead, 'R1', 'devops-lead')
    await signOff(workspace.aiOpsOwner, 'R1', 'ai-ops-owner')
    await eventually(
      async () => {
        await wait(MINUTE)
        await sleep(1_000)
        return (await findRotation(workspace.bot.context.db, 1))?.status === 'complete'
      },
      'the end of R1',
      WAIT_MS,
    )
    expect((await rows(1)).map((row) => [row.versionId === id, row.state, row.issuer])).toEqual(
      expect.arrayContaining([[true, 'proven', 'destroyed']]),
    )
    expect(await rows(1)).toHaveLength(4)
  }, 150_000)

  it('stays listed with its deadline when the rotation is aborted, and on-call is called for it', async () => {
    const id = await failOnce(2)
    await workspace.operator.type('/rotation abort R2')
    await workspace.operator.submit(await workspace.operator.modal('abort'), { reason: 'not today' })
    expect(await leftIn(2, id)).toMatchObject({ leakedIn: null, forcedAt: null })
    await wait(25 * HOUR)
    await eventually(async () => (await leftIn(2, id)).escalatedAt !== null, 'a call', WAIT_MS)
  }, 120_000)
})
