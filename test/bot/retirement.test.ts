import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRevocations } from '#db/queries/revocations'
import { findRotation } from '#db/queries/rotations'
import { secretsOf } from '#sandbox/aws/secrets'
import { isAccepted } from '#sandbox/ci/issuer'
import { telemetryState } from '#sandbox/telemetry/telemetry-state'
import { eventually, wordsOf } from '#test/support/person'
import { completeAllSteps, promote, signByBoth, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const MINUTE = 60_000

/** Old versions that the bot retires, from the start of a rotation to its end. */
describe('the old versions of a rotation, retired by the bot', () => {
  let workspace: Workspace
  let label: string

  beforeAll(async () => {
    workspace = await openWorkspace({ revoker: 'bot' })
    label = await start(workspace.operator)
    await completeAllSteps(workspace.operator, label)
  })
  afterAll(() => workspace.close())

  const id = () => Number(label.slice(1))
  const rows = () => findRevocations(workspace.bot.context.db, id())
  const stages = async (environment: string) => [
    ...new Set((await rows()).filter((row) => row.environment === environment).map((row) => row.issuer)),
  ]
  const acceptedNow = async (): Promise<number> => {
    const { world } = workspace.sandbox
    const secrets = secretsOf(world)
    const at = world.clock.now().getTime()
    return (await rows()).filter((row) => {
      const secret = secrets.find(row.secret)
      return secret && isAccepted(world, secret, row.versionId, at)
    }).length
  }
  /** The bot reads the use again every ten seconds of the machine's clock. */
  const wait = (ms: number) => workspace.operator.post('clock', { advanceMs: ms })

  it('are alive after the workflow, each tracked with its date', async () => {
    const tracked = await rows()
    expect(tracked).toHaveLength(9)
    expect(tracked.every((row) => row.revoker === 'bot' && row.state === 'waiting')).toBe(true)
  })

  it('are disabled where step 4 has verified the new ones, and kept in production', async () => {
    await wait(20_000)
    await eventually(
      async () => (await stages('staging')).join() === 'disabled',
      'staging to be disabled',
      60_000,
    )
    await eventually(
      async () => (await stages('sandbox')).join() === 'disabled',
      'sandbox to be disabled',
      60_000,
    )
    expect(await stages('production')).toEqual([null])
    expect(await acceptedNow()).toBe(3)
  })

  it('are disabled in production when it runs on its new ones', { timeout: 90_000 }, async () => {
    await signByBoth(workspace, label)
    await promote(workspace.operator, label)
    await wait(20_000)
    await eventually(
      async () => (await stages('production')).join() === 'disabled',
      'production to be disabled',
      60_000,
    )
    const retiring = await findRotation(workspace.bot.context.db, id())
    expect(retiring?.status).toBe('retiring')
  })

  it('are destroyed after the watch, and the rotation is complete', { timeout: 150_000 }, async () => {
    await eventually(
      async () => {
        await wait(16 * MINUTE)
        await sleep(2_000)
        return wordsOf(await workspace.operator.card(label)).includes('Complete after')
      },
      'the rotation to be complete',
      120_000,
    )
    expect((await rows()).map((row) => row.state)).toEqual(Array.from({ length: 9 }, () => 'proven'))
    expect((await rows()).every((row) => /^run \d+ destroyed it at the issuer/.test(row.proof ?? ''))).toBe(
      true,
    )
    expect(await acceptedNow()).toBe(0)
  })

  it('refused no agent', async () => {
    const { environments } = telemetryState(workspace.sandbox.world)
    const refused = environments.flatMap((each) => each.agents.map((agent) => agent.failures))
    expect(refused).toEqual(Array.from({ length: 9 }, () => 0))
  })
})
