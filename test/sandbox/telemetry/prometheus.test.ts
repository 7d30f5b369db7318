import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_QUERIES, fillQuery } from '#domain/ports/telemetry'
import { prometheus } from '#integrations/prometheus/prometheus'
import { WORKFLOWS } from '#sandbox/demo-users'
import type { FaultId } from '#sandbox/faults'
import { botToken, repo, STEP_MS, startWorld, type TestWorld } from '../aws/test-world.ts'

const DAY = 86_400_000
const MINUTE = 60_000
const SECRETS = JSON.stringify(
  ['orchestrator', 'evaluator', 'tool-runner'].map(
    (agent) => `flashfusion/staging/${agent}/capability-token`,
  ),
)
let sandbox: TestWorld

beforeEach(async () => {
  sandbox = await startWorld()
})
afterEach(() => sandbox.close())

async function run(workflow: { file: string }, inputs: Record<string, string>): Promise<void> {
  const octokit = sandbox.octokitAs(botToken)
  await octokit.actions.createWorkflowDispatch({ ...repo, workflow_id: workflow.file, ref: 'main', inputs })
  sandbox.advance(5 * STEP_MS)
}
const deploy = () => run(WORKFLOWS.deploy, { environment: 'staging' })
const smoke = () => run(WORKFLOWS.smoke, { environment: 'staging' })
const rotate = () => run(WORKFLOWS.rotate, { rotation: 'R42', secrets: SECRETS })
const fault = (id: FaultId, on = true) => sandbox.control('/faults', { id, on })

/** Answers of a query over the last seconds, by the labels in braces. */
async function answers(query: string, seconds: number): Promise<Record<string, number>> {
  const at = sandbox.world.clock.now().toISOString()
  const { samples } = await prometheus(`${sandbox.url}/prometheus`).query(
    fillQuery(query, 'staging', seconds),
    at,
  )
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]))
}

const queries = DEFAULT_QUERIES.map(({ query }) => query)

/**
 * Sums of the default queries over the last seconds: successes, failures, warnings; null for an empty
 * result.
 */
const measured = (seconds: number) =>
  Promise.all(
    queries.map(async (query) => {
      const values = Object.values(await answers(query, seconds))
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
    }),
  )

const inAMinute = () => {
  sandbox.advance(MINUTE)
  return measured(60)
}

describe('the agents’ counters', () => {
  test('rise as time passes', async () => {
    expect(await inAMinute()).toEqual([90, 0, 0])
    sandbox.advance(DAY)
    expect(await measured(120)).toEqual([180, 0, 0])
  })

  test('return nothing before two scrapes without a rise', async () => {
    expect((await measured(1)).slice(1)).toEqual([null, null])
  })

  test('count failures of an agent that still runs with a revoked version', async () => {
    await deploy()
    await rotate()
    expect(await inAMinute()).toEqual([90, 0, 0])
    sandbox.advance(DAY)
    expect(await inAMinute()).toEqual([0, 90, 0])
    await deploy()
    expect(await inAMinute()).toEqual([90, 0, 0])
    // Refused from the middle of it on, and still a day ago.
    expect((await measured(3_600))[1]).toBeGreaterThan(90)
  })

  test('include smoke runs', async () => {
    await smoke()
    // Three agents, every two seconds for five minutes, and once more in the test.
    expect((await measured(300))[0]).toBe(3 * 150 + 3)
  })

  test('count warnings in the days before a token expires', async () => {
    sandbox.advance(8 * DAY)
    // By then the tool-runner's token is 28 days old.
    expect(await inAMinute()).toEqual([90, 0, 30])
    await rotate()
    await deploy()
    expect(await inAMinute()).toEqual([90, 0, 0])
  })
})

describe('labels', () => {
  const versions = () => sandbox.world.store.collection<{ versionId: string }[]>('ci.deployments').all()
  const names = async (query = queries[0] ?? '', seconds = 60) =>
    Object.keys(await answers(query, seconds)).sort()

  test('are those of the agent and of the version that it runs', async () => {
    sandbox.advance(MINUTE)
    const before = await names()
    expect(before.map((name) => name.split(' ')[0])).toEqual(['evaluator', 'orchestrator', 'tool-runner'])
    await rotate()
    sandbox.advance(MINUTE)
    expect(await names()).toEqual(before)
    await deploy()
    sandbox.advance(MINUTE)
    const after = await names()
    expect(after).toHaveLength(3)
    expect(after.filter((name) => before.includes(name))).toEqual([])
    expect(after.map((name) => name.split(' ')[1]).sort()).toEqual(
      versions()
        .map((each) => each.at(-1)?.versionId)
        .sort(),
    )
    // Both versions ran within the last hour.
    expect(await names(queries[0], 3_600)).toEqual([...before, ...after].sort())
    // Each event belongs to one version: never more than one every two seconds for each agent.
    const [hour = 0, unlabelled = 0] = await Promise.all(
      [queries[0] ?? '', (queries[0] ?? '').replaceAll(' by (agent, version) ', '')].map(async (query) =>
        Object.values(await answers(query, 3_600)).reduce((sum, value) => sum + value, 0),
      ),
    )
    expect(hour).toBe(unlabelled)
    expect(hour).toBe(3 * 1_800)
  })

  test('of a refused version are on the failures', async () => {
    sandbox.advance(MINUTE)
    const before = await names()
    await rotate()
    sandbox.advance(DAY)
    const failures = await answers(queries[1] ?? '', 60)
    expect(failures).toEqual(Object.fromEntries(before.map((name) => [name, 30])))
  })

  test('are those that a query groups by', async () => {
    sandbox.advance(MINUTE)
    const [query = ''] = queries
    expect(await names(query.replaceAll('agent, version', 'agent'))).toEqual([
      'evaluator',
      'orchestrator',
      'tool-runner',
    ])
    expect(await answers(query.replaceAll(' by (agent, version) ', ''), 60)).toEqual({ '': 90 })
  })

  test('telemetry-without-versions leaves the agent’s alone', async () => {
    await fault('telemetry-without-versions')
    await deploy()
    await rotate()
    await deploy()
    expect(await names()).toEqual(['evaluator', 'orchestrator', 'tool-runner'])
    expect(await inAMinute()).toEqual([90, 0, 0])
  })
})

describe('faults', () => {
  test('telemetry-partial marks each answer', async () => {
    const ask = async () => {
      const at = sandbox.world.clock.now().toISOString()
      return prometheus(`${sandbox.url}/prometheus`).query(fillQuery(queries[0] ?? '', 'staging', 60), at)
    }
    expect((await ask()).warnings).toEqual([])
    await fault('telemetry-partial')
    expect((await ask()).warnings).toEqual(['isPartial: true'])
  })

  test('failures and warnings are counted while a fault is on, and stay counted', async () => {
    await fault('telemetry-auth-failures')
    await fault('telemetry-expiry-warnings')
    expect(await inAMinute()).toEqual([60, 30, 30])
    await fault('telemetry-auth-failures', false)
    await fault('telemetry-expiry-warnings', false)
    expect(await inAMinute()).toEqual([90, 0, 0])
    expect(await measured(120)).toEqual([150, 30, 30])
  })

  test('telemetry-silent removes all metrics', async () => {
    sandbox.advance(MINUTE)
    await fault('telemetry-silent')
    expect(await measured(60)).toEqual([null, null, null])
  })

  test('telemetry-unavailable answers 503', async () => {
    await fault('telemetry-unavailable')
    await expect(measured(60)).rejects.toThrow('(503)')
  })
})

describe('the HTTP API', () => {
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${sandbox.url}/prometheus${path}`, { redirect: 'manual', ...init })
    return {
      status: response.status,
      text: await response.text(),
      location: response.headers.get('location'),
    }
  }
  const [first] = DEFAULT_QUERIES
  const query = fillQuery(first?.query ?? '', 'staging', 60)

  test('accepts GET and POST, and refuses unsupported queries', async () => {
    sandbox.advance(MINUTE)
    const time = String(sandbox.world.clock.now().getTime() / 1000)
    const form = new URLSearchParams({ query, time })
    const posted = await get('/api/v1/query', { method: 'POST', body: form })
    expect(posted).toEqual(await get(`/api/v1/query?${form}`))
    expect(JSON.parse(posted.text)).toEqual({
      status: 'success',
      data: {
        resultType: 'vector',
        result: ['orchestrator', 'evaluator', 'tool-runner'].map((agent) => ({
          metric: { agent, version: expect.any(String) },
          value: [Number(time), '30'],
        })),
      },
    })
    expect((await get('/graph')).location).toBe('/#telemetry')
    for (const path of ['/', '/api/v1/label/job/values', '/api/v2/query'])
      expect((await get(path)).status).toBe(404)
  })

  test.each([
    ['no query', '', 'no expression found in input'],
    ['another form', 'query=up', 'default telemetry.queries'],
    [
      'a form that asks about two counters',
      `query=${encodeURIComponent(query.replace('increase(agent', 'increase(other'))}`,
      'default telemetry.queries',
    ],
    [
      'a matcher that is none of the form',
      `query=${encodeURIComponent(query.replaceAll('="staging"', '=~"staging"'))}`,
      'default telemetry.queries',
    ],
    [
      'a time that is none',
      `query=${encodeURIComponent(query)}&time=soon`,
      'cannot parse "soon" to a valid timestamp',
    ],
  ])('answers bad_data to %s', async (_, params, message) => {
    const { status, text } = await get(`/api/v1/query?${params}`)
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({
      status: 'error',
      errorType: 'bad_data',
      error: expect.stringContaining(message),
    })
  })

  test.each([
    ['a metric', 'agent_authentications_total', 'agent_logins_total'],
    ['an environment', 'staging', 'moon'],
    ['a label', 'environment=', 'region='],
  ])('knows nothing of %s that nobody exports', async (_, from, to) => {
    sandbox.advance(MINUTE)
    for (const { query: each } of DEFAULT_QUERIES.slice(0, 2)) {
      const params = new URLSearchParams({ query: fillQuery(each, 'staging', 60).replaceAll(from, to) })
      const { text } = await get(`/api/v1/query?${params}`)
      expect(JSON.parse(text)).toMatchObject({ status: 'success', data: { result: [] } })
    }
  })
})

test('the page shows deployments, counters and the last queries', async () => {
  await deploy()
  await fault('telemetry-auth-failures')
  await inAMinute()
  const { body } = await sandbox.control('/telemetry')
  const staging = body.environments.find(({ environment }) => environment === 'staging')
  expect(staging?.agents.map(({ agent }) => agent)).toEqual(['orchestrator', 'evaluator', 'tool-runner'])
  expect(staging?.agents[1]).toMatchObject({
    version: expect.any(String),
    deployedAt: expect.any(String),
    failures: 30,
    warnings: 0,
  })
  expect(body.environments[0]?.agents[0]).toMatchObject({ deployedAt: null, failures: 0 })
  const last = body.queries.map(({ answer }) => answer)
  for (const answer of last)
    expect(answer).toMatch(/^(?:(?:orchestrator|evaluator|tool-runner) \w{8} \d+(?:, |$)){3}$/)
  expect(last.filter((answer) => /evaluator \w{8} 30,/.test(answer))).toHaveLength(1)
})
