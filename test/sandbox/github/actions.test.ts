import { describe, expect, test } from 'vitest'
import { WORKFLOWS } from '#sandbox/demo-users'
import { octokit, repo, sandbox, useGithubWorld } from './github-world.ts'

useGithubWorld()

const workflow_id = WORKFLOWS.rotate.file
const inputs = { rotation: 'R42', secrets: 'flashfusion/staging/evaluator/capability-token' }

const dispatch = (extra: object = {}) =>
  octokit.actions.createWorkflowDispatch({ ...repo, workflow_id, ref: 'main', inputs, ...extra })
const countRuns = async (filter: object = {}): Promise<number> =>
  (await octokit.actions.listWorkflowRunsForRepo({ ...repo, ...filter })).data.total_count
const refusal = (status: number, message: string) => ({ status, response: { data: { message } } })

test('workflows are listed and found by id and by file', async () => {
  const { data } = await octokit.actions.listRepoWorkflows(repo)
  expect(data.workflows.map((workflow) => workflow.name)).toEqual([
    'agents:rotate-tokens',
    'agents:orchestrate',
    'agents:simulate',
    'agents:revoke-tokens',
  ])
  const byId = await octokit.actions.getWorkflow({ ...repo, workflow_id: WORKFLOWS.rotate.id })
  const byFile = await octokit.actions.getWorkflow({ ...repo, workflow_id })
  expect(byId.data).toEqual(byFile.data)
  expect(byId.data).toMatchObject({ path: '.github/workflows/agents-rotate-tokens.yml', state: 'active' })
})

test('the last successful run was twelve days ago', async () => {
  const { data } = await octokit.actions.listWorkflowRuns({ ...repo, workflow_id, status: 'success' })
  expect(data.total_count).toBeGreaterThan(0)
  expect(data.workflow_runs).toHaveLength(data.total_count)
  const age = sandbox.world.clock.now().getTime() - Date.parse(data.workflow_runs[0]!.created_at)
  expect(Math.round(age / 86_400_000)).toBe(12)
})

test('a dispatch answers 204 without an id; the run is found by its name', async () => {
  const response = await dispatch()
  expect(response.status).toBe(204)
  const { data } = await octokit.actions.listWorkflowRuns({
    ...repo,
    workflow_id,
    event: 'workflow_dispatch',
  })
  expect(data.workflow_runs.map((run) => run.display_title)).toEqual([
    'agents:rotate-tokens R42',
    'agents:rotate-tokens R0',
  ])
  const run = data.workflow_runs[0]!
  expect(run).toMatchObject({
    name: 'agents:rotate-tokens R42',
    status: 'queued',
    conclusion: null,
    run_number: 2,
    head_branch: 'main',
    html_url: `${sandbox.url}/#ci/${run.id}`,
  })
  expect((await octokit.actions.getWorkflowRun({ ...repo, run_id: run.id })).data.head_sha).toBe(run.head_sha)
})

test('a dispatch returns its run on request', async () => {
  const { status, data } = await octokit.request(
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    { ...repo, workflow_id, ref: 'main', inputs, return_run_details: true },
  )
  expect(status).toBe(200)
  expect(data).toMatchObject({
    workflow_run_id: expect.any(Number),
    html_url: expect.stringContaining('/#ci/'),
  })
})

describe('refused dispatches', () => {
  test.each([
    [
      'an input that is not declared',
      { inputs: { ...inputs, colour: 'red' } },
      422,
      'Unexpected inputs provided: ["colour"]',
    ],
    [
      'a required input missing',
      { inputs: { rotation: 'R42' } },
      422,
      "Required input 'secrets' not provided",
    ],
    [
      'a required input empty',
      { inputs: { ...inputs, rotation: '' } },
      422,
      "Required input 'rotation' not provided",
    ],
    ['an unknown ref', { ref: 'other' }, 422, 'No ref found for: other'],
    ['an unknown workflow', { workflow_id: 'none.yml' }, 404, 'Not Found'],
    [
      'a value outside its options',
      { workflow_id: WORKFLOWS.deploy.file, inputs: { environment: 'moon' } },
      422,
      "Provided value 'moon' for input 'environment' not in the list of allowed values",
    ],
  ])('%s', async (_what, extra, status, message) => {
    const seeded = await countRuns()
    await expect(dispatch(extra)).rejects.toMatchObject(refusal(status, message))
    expect(await countRuns()).toBe(seeded)
  })

  test('a disabled workflow, until it is enabled again', async () => {
    await octokit.actions.disableWorkflow({ ...repo, workflow_id })
    await expect(dispatch()).rejects.toMatchObject(
      refusal(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow"),
    )
    await octokit.actions.enableWorkflow({ ...repo, workflow_id })
    expect((await dispatch()).status).toBe(204)
  })

  test('a workflow whose file was deleted', async () => {
    const path = `.github/workflows/${workflow_id}`
    const { data } = await octokit.repos.getContent({ ...repo, path })
    const sha = Array.isArray(data) ? '' : data.sha
    await octokit.repos.deleteFile({ ...repo, path, sha, message: 'Delete' })
    await expect(dispatch()).rejects.toMatchObject({ status: 404 })
  })

  test('a workflow that no longer takes dispatches', async () => {
    const path = '.github/workflows/push.yml'
    const content = Buffer.from('name: push\non: [push]\njobs: {}\n').toString('base64')
    await octokit.repos.createOrUpdateFileContents({ ...repo, path, content, message: 'Add' })
    await expect(dispatch({ workflow_id: 'push.yml', inputs: {} })).rejects.toMatchObject(
      refusal(422, "Workflow does not have 'workflow_dispatch' trigger"),
    )
  })
})

test('runs are filtered by status, branch, event and creation', async () => {
  const seeded = await countRuns()
  await dispatch()
  const today = sandbox.world.clock.now().toISOString()
  expect(await countRuns()).toBe(seeded + 1)
  expect(await countRuns({ status: 'queued' })).toBe(1)
  expect(await countRuns({ status: 'completed' })).toBe(seeded)
  expect(await countRuns({ status: 'failure' })).toBe(0)
  expect(await countRuns({ branch: 'other' })).toBe(0)
  expect(await countRuns({ event: 'push' })).toBe(0)
  expect(await countRuns({ created: `>=${today.slice(0, 10)}` })).toBe(1)
  expect(await countRuns({ created: `<${today.slice(0, 10)}` })).toBe(seeded)
  expect(await countRuns({ created: `2000-01-01..${today.slice(0, 10)}` })).toBe(seeded + 1)
  expect(await countRuns({ created: '2000-01-01..2000-01-02' })).toBe(0)
  await expect(countRuns({ created: 'yesterday' })).rejects.toMatchObject({ status: 422 })
})

test('a run is cancelled once', async () => {
  await dispatch()
  const run_id = (await octokit.actions.listWorkflowRunsForRepo(repo)).data.workflow_runs[0]!.id
  expect((await octokit.actions.cancelWorkflowRun({ ...repo, run_id })).status).toBe(202)
  const { data } = await octokit.actions.getWorkflowRun({ ...repo, run_id })
  expect(data).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
  await expect(octokit.actions.cancelWorkflowRun({ ...repo, run_id })).rejects.toMatchObject(
    refusal(409, 'Cannot cancel a workflow run that is completed.'),
  )
  await expect(octokit.actions.getWorkflowRun({ ...repo, run_id: 1 })).rejects.toMatchObject({ status: 404 })
})
