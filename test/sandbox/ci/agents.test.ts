import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CURRENT, versionLabelled } from '#sandbox/aws/secret'
import { secretsOf } from '#sandbox/aws/secrets'
import { revocationsOf } from '#sandbox/ci/revocations'
import { WORKFLOWS } from '#sandbox/demo-users'
import { botToken, repo, STEP_MS, startWorld, type TestWorld } from '../aws/test-world.ts'

const nameOf = (environment: string, agent: string) => `flashfusion/${environment}/${agent}/capability-token`
let sandbox: TestWorld

beforeEach(async () => {
  sandbox = await startWorld()
})
afterEach(() => sandbox.close())

async function run(workflow: { file: string }, inputs: Record<string, string>) {
  await sandbox
    .octokitAs(botToken)
    .actions.createWorkflowDispatch({ ...repo, workflow_id: workflow.file, ref: 'main', inputs })
  sandbox.advance(5 * STEP_MS)
}
const rotate = (environment: string) =>
  run(WORKFLOWS.rotate, {
    rotation: 'R1',
    secrets: JSON.stringify(
      ['orchestrator', 'evaluator', 'tool-runner'].map((agent) => nameOf(environment, agent)),
    ),
    revoke_within_hours: 'never',
  })
const deploy = (environment: string) => run(WORKFLOWS.deploy, { environment })

const currentOf = (environment: string, agent: string) => {
  const secret = secretsOf(sandbox.world).get(nameOf(environment, agent))
  return versionLabelled(secret, CURRENT)?.id ?? ''
}

async function agentIn(environment: string, agent: string) {
  const { body } = await sandbox.control('/agents')
  const found = body
    .find((each) => each.environment === environment)
    ?.agents.find((each) => each.agent === agent)
  if (!found) throw new Error(`There is no ${agent} in ${environment}`)
  return found
}

test('an agent runs its first version until it is deployed', async () => {
  const first = currentOf('staging', 'evaluator')
  await rotate('staging')
  expect(await agentIn('staging', 'evaluator')).toEqual({
    agent: 'evaluator',
    secret: nameOf('staging', 'evaluator'),
    version: { id: first, number: 2, isCurrent: false },
    since: null,
    by: null,
    isAuthenticating: true,
    issuer: { state: 'live', since: null },
  })
  await deploy('staging')
  expect(await agentIn('staging', 'evaluator')).toMatchObject({
    version: { id: currentOf('staging', 'evaluator'), number: 3 },
    since: expect.any(String),
    by: 'deployment',
  })
})

test('an agent whose version the issuer no longer has is refused', async () => {
  const first = currentOf('staging', 'evaluator')
  await rotate('staging')
  revocationsOf(sandbox.world).revokeNow(nameOf('staging', 'evaluator'), first)
  expect(await agentIn('staging', 'evaluator')).toMatchObject({
    isAuthenticating: false,
    issuer: { state: 'destroyed', since: expect.any(String) },
  })
  expect(await agentIn('staging', 'tool-runner')).toMatchObject({ isAuthenticating: true })
  sandbox.world.faults.set('telemetry-auth-failures', true)
  expect(await agentIn('production', 'evaluator')).toMatchObject({
    isAuthenticating: false,
    issuer: { state: 'live' },
  })
})

describe('faults', () => {
  test('agent-keeps-token: one agent in production keeps its version, and the deployment succeeds', async () => {
    const first = currentOf('production', 'evaluator')
    sandbox.world.faults.set('agent-keeps-token', true)
    for (const environment of ['production', 'staging']) {
      await rotate(environment)
      await deploy(environment)
    }
    expect((await sandbox.control('/runs')).body.map(({ conclusion }) => conclusion)).not.toContain('failure')
    const versions = async (agent: string) =>
      Promise.all(['production', 'staging'].map(async (each) => (await agentIn(each, agent)).version?.id))
    expect(await versions('evaluator')).toEqual([first, currentOf('staging', 'evaluator')])
    expect(await versions('orchestrator')).toEqual([
      currentOf('production', 'orchestrator'),
      currentOf('staging', 'orchestrator'),
    ])
  })

  test('production-deployment-fails: other environments are deployed', async () => {
    sandbox.world.faults.set('production-deployment-fails', true)
    await deploy('production')
    await deploy('staging')
    expect((await agentIn('production', 'evaluator')).since).toBeNull()
    expect((await agentIn('staging', 'evaluator')).since).toEqual(expect.any(String))
  })
})

describe('takes: runtime', () => {
  const takes = (environment: string, how: string) => sandbox.control('/agents', { environment, takes: how })

  test('the agents of an environment take over the current version as soon as it changes', async () => {
    expect((await takes('production', 'runtime')).body.map((each) => each.takes)).toEqual([
      'deployment',
      'deployment',
      'runtime',
    ])
    const began = sandbox.world.clock.now().getTime()
    await rotate('production')
    await rotate('staging')
    const agent = await agentIn('production', 'evaluator')
    expect(agent).toMatchObject({ version: { id: currentOf('production', 'evaluator') }, by: 'runtime' })
    // At the end of its own step, not when the clock was moved.
    expect(Date.parse(agent.since ?? '') - began).toBeLessThan(4 * STEP_MS)
    expect((await agentIn('staging', 'evaluator')).since).toBeNull()

    await takes('production', 'deployment')
    await rotate('production')
    expect((await agentIn('production', 'evaluator')).version).toEqual({ ...agent.version, isCurrent: false })
  })

  test('an environment that begins to read at run time reads at once, not in the past', async () => {
    await rotate('production')
    sandbox.advance(86_400_000)
    const switchedAt = sandbox.world.clock.now().getTime()
    await takes('production', 'runtime')
    const { since, version } = await agentIn('production', 'evaluator')
    expect(version?.id).toBe(currentOf('production', 'evaluator'))
    expect(Date.parse(since ?? '')).toBeGreaterThanOrEqual(switchedAt)
  })

  test.each([
    ['moon', 'runtime'],
    ['production', 'never'],
  ])('%s, %s is refused', async (environment, how) => {
    expect((await takes(environment, how)).status).toBe(400)
  })
})
