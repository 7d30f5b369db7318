import { afterEach, beforeEach, expect, test } from 'vitest'
import { WORKFLOWS } from '#sandbox/demo-users'
import { botToken, repo, STEP_MS, startWorld, type TestWorld } from '../aws/test-world.ts'

const DAY = 86_400_000
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

async function run(workflow: { file: string }, inputs: Record<string, string>) {
  const octokit = sandbox.octokitAs(botToken)
  const workflow_id = workflow.file
  await octokit.actions.createWorkflowDispatch({ ...repo, workflow_id, ref: 'main', inputs })
  sandbox.advance(5 * STEP_MS)
  const [newest] = (await sandbox.control('/runs')).body
  if (!newest) throw new Error('There is no run')
  return newest
}

const deploy = () => run(WORKFLOWS.deploy, { environment: 'staging', rotation: 'R42' })
const smoke = () => run(WORKFLOWS.smoke, { environment: 'staging', rotation: 'R42' })
const rotate = () => run(WORKFLOWS.rotate, { rotation: 'R42', secrets: SECRETS })

test('after a deployment with new tokens every agent passes the smoke suite', async () => {
  await rotate()
  const deployment = await deploy()
  expect(deployment).toMatchObject({ title: 'agents:orchestrate R42', conclusion: 'success' })
  expect(deployment.jobs.join('\n')).toContain('Deployed 3 agents to staging')
  sandbox.advance(DAY)
  const suite = await smoke()
  expect(suite).toMatchObject({ title: 'agents:simulate R42', conclusion: 'success' })
  expect(suite.jobs.join('\n')).toContain('3 of 3 agents passed')
})

test('an agent that still runs with a revoked version fails the smoke suite', async () => {
  await deploy()
  await rotate()
  expect((await smoke()).conclusion).toBe('success')
  sandbox.advance(DAY)
  const suite = await smoke()
  expect(suite.conclusion).toBe('failure')
  expect(suite.jobs.join('\n')).toMatch(/not ok - evaluator was refused: version \S+ was revoked/)
  await deploy()
  expect((await smoke()).conclusion).toBe('success')
})

test('a suite that does not exist fails', async () => {
  const suite = await run(WORKFLOWS.smoke, { environment: 'staging', suite: 'full' })
  expect(suite.conclusion).toBe('failure')
})

test('run-cancelled: a run is cancelled halfway, before it has deployed anything', async () => {
  await sandbox.control('/faults', { id: 'run-cancelled', on: true })
  const cancelled = await deploy()
  expect(cancelled.conclusion).toBe('cancelled')
  expect(cancelled.jobs.join('\n')).not.toContain('Deployed')
  await sandbox.control('/faults', { id: 'run-cancelled', on: false })
  expect((await deploy()).conclusion).toBe('success')
})

test('ci-stalls: runs do not progress, and finish later by the length of the stall', async () => {
  await sandbox.control('/faults', { id: 'ci-stalls', on: true })
  expect((await deploy()).conclusion).toBeNull()
  sandbox.advance(DAY)
  expect((await sandbox.control('/runs')).body[0]?.conclusion).toBeNull()
  const resumed = (await sandbox.control('/faults', { id: 'ci-stalls', on: false })).status
  expect(resumed).toBe(200)
  const from = sandbox.world.clock.now().getTime()
  sandbox.advance(5 * STEP_MS)
  const [run] = (await sandbox.control('/runs')).body
  expect(run?.conclusion).toBe('success')
  // One minute for a runner, two for the deployment, all after the stall.
  expect(run?.jobs.every((line) => Date.parse(line.slice(0, 20)) >= from + STEP_MS - 1_000)).toBe(true)
})

test('a failed deployment leaves the agents with their previous versions', async () => {
  await rotate()
  await sandbox.control('/faults', { id: 'deployment-fails', on: true })
  expect((await deploy()).conclusion).toBe('failure')
  const { body } = await sandbox.control('/telemetry')
  expect(body.environments[1]?.agents.map((agent) => agent.deployedAt)).toEqual([null, null, null])
})

test('disabled workflows cannot be dispatched, but their runs are listed', async () => {
  const octokit = sandbox.octokitAs(botToken)
  const countRuns = async () => (await octokit.actions.listWorkflowRunsForRepo(repo)).data.total_count
  const seeded = await countRuns()
  expect(seeded).toBeGreaterThan(0)
  await sandbox.control('/faults', { id: 'workflow-disabled', on: true })
  await expect(deploy()).rejects.toMatchObject({ status: 422 })
  const { data } = await octokit.actions.getWorkflow({ ...repo, workflow_id: WORKFLOWS.deploy.file })
  expect(data.state).toBe('disabled_inactivity')
  expect(await countRuns()).toBe(seeded)
})
