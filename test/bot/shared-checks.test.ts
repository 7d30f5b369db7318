import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRotationEvents } from '#db/queries/events'
import { findRotation } from '#db/queries/rotations'
import type { CheckResult } from '#domain/rotation/rotation'
import { asOfLately } from '#operations/readings/read-secrets'
import { runChecks, WHILE_RUNNING } from '#operations/run-checks'
import { operationOf } from '#test/contract/aws-driver'
import { eventually } from '#test/support/person'
import { createRecordingProxy, type RecordingProxy } from '#test/support/recording-proxy'
import { checkedStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const SECOND_OPERATOR = 'U0DEVOPSLEAD'
const TOKENS = 9

describe('checks that several people ask for at the same time', () => {
  let proxy: RecordingProxy
  let workspace: Workspace
  let label: string
  beforeAll(async () => {
    workspace = await openWorkspace({
      people: { operators: ['U0OPERATOR', SECOND_OPERATOR] },
      async connect(env) {
        const { origin, pathname } = new URL(env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '')
        proxy = await createRecordingProxy(origin)
        return { ...env, AWS_ENDPOINT_URL_SECRETS_MANAGER: `${proxy.url}${pathname}` }
      },
    })
    label = await start(workspace.operator)
  })
  afterAll(async () => {
    await workspace.close()
    await proxy.close()
  })

  const context = () => workspace.bot.context
  const runs = async () =>
    (await findRotationEvents(context().db, 1)).filter(({ type }) => type === 'checks-run').length
  const described = () => proxy.calls.filter((call) => operationOf(call) === 'DescribeSecret').length

  it('run once for two people who open the same step', async () => {
    const { operator, devopsLead } = workspace
    proxy.calls.length = 0
    proxy.delay(500, /.*/)
    const before = await runs()
    await Promise.all([
      openStep(operator, label, 'inventory-review'),
      openStep(devopsLead, label, 'inventory-review'),
    ])
    await Promise.all([
      checkedStep(operator, 'inventory-review'),
      checkedStep(devopsLead, 'inventory-review'),
    ])
    await eventually(async () => (await runs()) > before, 'the results')
    expect(await runs()).toBe(before + 1)
    expect(described()).toBe(TOKENS)
    proxy.letThrough()
  })

  it('give everybody each result, also those that were there before', async () => {
    const rotation = await findRotation(context().db, 1)
    if (!rotation) throw new Error('no rotation')
    const seen: { first: CheckResult[]; second: CheckResult[] } = { first: [], second: [] }
    let second: Promise<CheckResult[]> | null = null
    const ask = (onResult: (result: CheckResult) => void) =>
      runChecks(context(), rotation, 'inventory-review', 'bot', {
        freshness: asOfLately(),
        sharedFor: WHILE_RUNNING,
        onResult,
      })
    const first = await ask((result) => {
      seen.first.push(result)
      second ??= ask((each) => seen.second.push(each))
    })
    expect(await second).toBe(first)
    expect(seen.second).toEqual(seen.first)
    expect(seen.first).toHaveLength(first.length)
  })

  it('run again for whoever wants newer readings, or asks for another version of the rotation', async () => {
    const rotation = await findRotation(context().db, 1)
    if (!rotation) throw new Error('no rotation')
    const ask = (given: typeof rotation, options = {}) =>
      runChecks(context(), given, 'automation-health', 'bot', options)
    const results = await Promise.all([
      ask(rotation, { freshness: asOfLately() }),
      ask(rotation),
      ask({ ...rotation, version: rotation.version + 1 }),
    ])
    expect(new Set(results).size).toBe(3)
    const [once, twice] = await Promise.all([ask(rotation), ask(rotation)])
    expect(once).toBe(twice)
  })
})
