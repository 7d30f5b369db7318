import { afterEach, beforeEach, expect, test } from 'vitest'
import { WORKFLOWS } from '#sandbox/cast'
import { botToken, repo, STEP_MS, startWorld, type TestWorld } from '../aws/test-world.ts'

const DAY = 86_400_000
const SECRETS = ['orchestrator', 'evaluator', 'tool-runner']
  .map((agent) => `flashfusion/staging/${agent}/capability-token`)
  .join(',')
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

test('deployed with fresh tokens, every agent passes the smoke suite', async () => {
  await rotate()
  const deployment = await deploy()
  expect(deployment).toMatchObject({ title: 'agents:orchestrate R42', conclusion: 'success' })
  expect(deployment.jobs.join('\n')).toContain('Deployed 3 agents to staging')
  sandbox.advance(DAY)
  const suite = await smoke()
  expect(suite).toMatchObject({ title: 'agents:simulate R42', conclusion: 'success' })
  expect(suite.jobs.join('\n')).toContain('3 of 3 agents passed')
})

test('an agent that still runs with a revoked version fails it', async () => {
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
