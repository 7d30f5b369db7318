import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRotationEvents } from '#db/queries/events'
import { findRevocations } from '#db/queries/revocations'
import { operationOf } from '#test/contract/aws-driver'
import { eventually } from '#test/support/person'
import { createRecordingProxy, type RecordingProxy } from '#test/support/recording-proxy'
import {
  checkedStep,
  completeAllSteps,
  letVersionsRetire,
  openStep,
  promote,
  signByBoth,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const TOKENS = 9
const UNTIL_APPROVAL = 4
// Three, the look before each destroy, and one where a reading has aged meanwhile.
const UNTIL_DESTROYED = 5
const FORCED = 2
/** The tokens of the environments that step 4 verifies. */
const VERIFIED_AGAIN = 6

/** What a rotation of all tokens costs in calls to AWS, beside the pages of the list. */
describe('the calls to the secrets manager in a rotation', () => {
  let proxy: RecordingProxy
  let workspace: Workspace
  let label: string

  beforeAll(async () => {
    workspace = await openWorkspace({
      revoker: 'bot',
      async connect(env) {
        const { origin, pathname } = new URL(env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '')
        proxy = await createRecordingProxy(origin)
        return { ...env, AWS_ENDPOINT_URL_SECRETS_MANAGER: `${proxy.url}${pathname}` }
      },
    })
    await eventually(async () => counted().readings >= TOKENS, 'the first reading of the ages')
  })
  afterAll(async () => {
    await workspace.close()
    await proxy.close()
  })

  const counted = () => {
    const of = (operation: string) => proxy.calls.filter((call) => operationOf(call) === operation).length
    const described = of('DescribeSecret')
    return { listed: of('ListSecrets'), described, readings: described + of('ListSecretVersionIds') }
  }
  const reset = () => {
    proxy.calls.length = 0
  }
  const id = () => Number(label.slice(1))

  it('are four a token at most until both roles have signed', { timeout: 180_000 }, async () => {
    reset()
    label = await start(workspace.operator)
    await completeAllSteps(workspace.operator, label)
    await signByBoth(workspace, label)
    const { described, listed, readings } = counted()
    // Read before the workflow and after it; then the people of the test run the checks of step 4 again.
    expect(described).toBeGreaterThanOrEqual(2 * TOKENS)
    expect(listed).toBeGreaterThan(0)
    expect(readings - VERIFIED_AGAIN).toBeLessThanOrEqual(TOKENS * UNTIL_APPROVAL)
  })

  it('are five more a token at most until the old versions are destroyed', { timeout: 240_000 }, async () => {
    reset()
    await promote(workspace.operator, label)
    await letVersionsRetire(workspace.operator, label)
    const rows = await findRevocations(workspace.bot.context.db, id())
    expect(rows.map((row) => row.state)).toEqual(Array.from({ length: TOKENS }, () => 'proven'))
    expect(counted().readings).toBeLessThanOrEqual(TOKENS * UNTIL_DESTROYED)
  })

  it('are two a token at most when a person runs the checks again', { timeout: 60_000 }, async () => {
    const { operator, bot } = workspace
    label = await start(operator)
    await openStep(operator, label, 'inventory-review')
    const view = await checkedStep(operator, 'inventory-review')
    const timesRun = async () =>
      (await findRotationEvents(bot.context.db, id())).filter(({ type }) => type === 'checks-run').length
    await eventually(async () => (await timesRun()) === 1, 'the first results')
    reset()
    await operator.press(view, 'run-checks')
    await eventually(async () => (await timesRun()) === 2, 'the results of the second run')
    const { described, readings } = counted()
    expect(described).toBe(TOKENS)
    expect(readings).toBeLessThanOrEqual(TOKENS * FORCED)
  })
})
