import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRevocations } from '#db/queries/revocations'
import type { FaultId } from '#sandbox/faults'
import { telemetryState } from '#sandbox/telemetry/telemetry-state'
import { eventually } from '#test/support/person'
import { completeAllSteps, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const MINUTE = 60_000
const WAIT_MS = 60_000

/** What goes wrong while the bot retires staging's three old versions: nothing is lost, and no agent is refused. */
describe('retiring old versions when something fails', () => {
  let workspace: Workspace

  beforeAll(async () => {
    workspace = await openWorkspace({ revoker: 'bot' })
    await fault('revocation-stops', true)
    await start(workspace.operator, { scope: ['environment:staging'] })
    await completeAllSteps(workspace.operator, 'R1')
  }, 120_000)
  afterAll(() => workspace.close())

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const wait = (ms: number) => workspace.operator.post('clock', { advanceMs: ms })
  const rows = () => findRevocations(workspace.bot.context.db, 1)
  const issuers = async () => (await rows()).map((row) => row.issuer)
  const refusals = () =>
    telemetryState(workspace.sandbox.world).environments.flatMap((each) =>
      each.agents.map((agent) => agent.failures),
    )

  it('keeps what a run did before it stopped, calls on-call, and goes on with the rest', async () => {
    await wait(20_000)
    await eventually(
      async () => (await issuers()).filter((each) => each === 'disabled').length === 1,
      'one of three',
      WAIT_MS,
    )
    await workspace.operator.card('R1', 'a workflow failed')
    expect((await rows()).filter((row) => row.issuer === null)).toHaveLength(2)
    await fault('revocation-stops', false)
    await wait(11 * MINUTE)
    await eventually(async () => (await issuers()).every((each) => each === 'disabled'), 'all three', WAIT_MS)
    expect(refusals().every((each) => each === 0)).toBe(true)
  }, 120_000)

  it('destroys nothing while the telemetry is out of reach, and leaves it to a person after the watch', async () => {
    await fault('telemetry-unavailable', true)
    await wait(5 * 60 * MINUTE)
    await eventually(
      async () => (await rows()).every((row) => row.stage === 'person'),
      'that a person decides',
      WAIT_MS,
    )
    expect(await issuers()).toEqual(['disabled', 'disabled', 'disabled'])
    await workspace.operator.card('R1', 'somebody must decide')
    await fault('telemetry-unavailable', false)
    await eventually(
      async () => (await rows()).every((row) => row.state === 'proven'),
      'that they are destroyed when it answers again',
      WAIT_MS,
    )
    expect(refusals().every((each) => each === 0)).toBe(true)
  }, 150_000)
})
