import { describe, expect, test } from 'vitest'
import { REPOSITORY, WORKFLOWS } from '#sandbox/demo-users'
import type { FaultId } from '#sandbox/faults'
import { createPage } from '#sandbox/page/page'
import { STEP_MS } from '../aws/test-world.ts'
import { octokit, repo, sandbox, useGithubWorld } from './github-world.ts'

useGithubWorld()

const fault = (id: FaultId, on = true) => sandbox.world.faults.set(id, on)

async function dispatch(environment: string, steps = 5) {
  const inputs = { environment, rotation: 'R42' }
  const workflow_id = WORKFLOWS.deploy.file
  await octokit.actions.createWorkflowDispatch({ ...repo, workflow_id, ref: 'main', inputs })
  sandbox.advance(steps * STEP_MS)
  const { data } = await octokit.actions.listWorkflowRuns({ ...repo, workflow_id, per_page: 1 })
  return data.workflow_runs[0]!
}

const deployments = async (filter: object = {}) =>
  (await octokit.repos.listDeployments({ ...repo, ...filter })).data
const statesOf = async (deployment_id: number) =>
  (await octokit.repos.listDeploymentStatuses({ ...repo, deployment_id })).data.map(({ state }) => state)

test('a run of the deploy workflow makes a deployment when its job starts', async () => {
  expect(await deployments()).toEqual([])
  const queued = await dispatch('staging', 0)
  expect(queued.status).toBe('queued')
  expect(await deployments()).toEqual([])
  sandbox.advance(STEP_MS)
  const [deployment] = await deployments()
  expect(deployment).toMatchObject({
    environment: 'staging',
    original_environment: 'staging',
    ref: 'main',
    sha: queued.head_sha,
    task: 'deploy',
    payload: {},
    production_environment: false,
    creator: { login: 'rotation-bot' },
  })
  expect(await statesOf(deployment!.id)).toEqual(['in_progress'])
  sandbox.advance(5 * STEP_MS)
  const { data } = await octokit.repos.listDeploymentStatuses({ ...repo, deployment_id: deployment!.id })
  expect(data.map(({ state }) => state)).toEqual(['success', 'in_progress'])
  expect(Date.parse(data[0]!.created_at)).toBeGreaterThan(Date.parse(data[1]!.created_at))
  for (const { log_url, target_url } of data) {
    expect(log_url).toMatch(new RegExp(`/flashfusion/agents/actions/runs/${queued.id}/job/\\d+$`))
    expect(target_url).toBe(log_url)
  }
})

test('a deployment is read by its id; another id is 404', async () => {
  await dispatch('sandbox')
  const [deployment] = await deployments()
  const { data } = await octokit.repos.getDeployment({ ...repo, deployment_id: deployment!.id })
  expect(data).toEqual(deployment)
  const unknown = octokit.repos.listDeploymentStatuses({ ...repo, deployment_id: 1 })
  await expect(unknown).rejects.toMatchObject({ status: 404 })
})

test('deployments are filtered by environment and listed by pages, newest first', async () => {
  for (const environment of ['sandbox', 'production', 'sandbox', 'sandbox']) await dispatch(environment)
  const all = await deployments()
  expect(all.map(({ environment }) => environment)).toEqual(['sandbox', 'sandbox', 'production', 'sandbox'])
  expect(await deployments({ environment: 'production' })).toEqual([all[2]])
  expect(await deployments({ environment: 'staging' })).toEqual([])
  expect(await deployments({ per_page: 1, page: 2 })).toEqual([all[1]])
  expect(await deployments({ ref: 'other' })).toEqual([])
  expect(await octokit.paginate(octokit.repos.listDeployments, { ...repo, per_page: 3 })).toEqual(all)
})

test('a success makes earlier deployments inactive, except in production and after a failure', async () => {
  for (const environment of ['staging', 'production']) {
    await dispatch(environment)
    await dispatch(environment)
    fault('deployment-fails')
    await dispatch(environment)
    fault('deployment-fails', false)
  }
  const shown = async (environment: string) =>
    Promise.all((await deployments({ environment })).map(({ id }) => statesOf(id)))
  expect(await shown('staging')).toEqual([
    ['failure', 'in_progress'],
    ['success', 'in_progress'],
    ['inactive', 'success', 'in_progress'],
  ])
  expect(await shown('production')).toEqual([
    ['failure', 'in_progress'],
    ['success', 'in_progress'],
    ['success', 'in_progress'],
  ])
})

test('workflows without an environment make none', async () => {
  const inputs = { environment: 'staging', rotation: 'R42' }
  await octokit.actions.createWorkflowDispatch({
    ...repo,
    workflow_id: WORKFLOWS.smoke.file,
    ref: 'main',
    inputs,
  })
  sandbox.advance(5 * STEP_MS)
  expect(await deployments()).toEqual([])
})

test('deployments-forbidden: the list and the statuses are 403, runs are still listed', async () => {
  await dispatch('staging')
  const [deployment] = await deployments()
  fault('deployments-forbidden')
  await expect(deployments()).rejects.toMatchObject({ status: 403 })
  await expect(statesOf(deployment!.id)).rejects.toMatchObject({ status: 403 })
  expect((await octokit.actions.listWorkflowRunsForRepo(repo)).status).toBe(200)
})

test('the address of a job leads to its run in the page', async () => {
  const { owner, name } = REPOSITORY
  const answer = await createPage().request(`/${owner}/${name}/actions/runs/8802/job/880201`)
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/#ci/8802'])
})

describe('a protected environment', () => {
  const pending = async (run_id: number) =>
    (await octokit.actions.getPendingDeploymentsForRun({ ...repo, run_id })).data

  test('deployment-waits: the run waits for a reviewer, and continues when one approves it', async () => {
    fault('deployment-waits')
    const run = await dispatch('production')
    expect(run).toMatchObject({ status: 'waiting', conclusion: null })
    const waiting = { ...repo, status: 'waiting' as const }
    expect((await octokit.actions.listWorkflowRunsForRepo(waiting)).data.total_count).toBe(1)
    expect(await pending(run.id)).toMatchObject([
      {
        environment: { name: 'production' },
        current_user_can_approve: false,
        reviewers: [{ type: 'User', reviewer: { login: 'devops-lead' } }],
      },
    ])
    const [deployment] = await deployments()
    expect(await statesOf(deployment!.id)).toEqual(['waiting'])

    sandbox.advance(86_400_000)
    fault('deployment-waits', false)
    sandbox.advance(STEP_MS)
    expect((await octokit.actions.getWorkflowRun({ ...repo, run_id: run.id })).data.status).toBe('waiting')

    expect(await sandbox.actOnRun(`/${run.id}/approve`, { as: 'operator' })).toMatchObject({ status: 400 })
    expect(await sandbox.actOnRun(`/${run.id}/approve`, {})).toMatchObject({ status: 200 })
    expect(await pending(run.id)).toEqual([])
    sandbox.advance(5 * STEP_MS)
    const { data } = await octokit.actions.getWorkflowRun({ ...repo, run_id: run.id })
    expect(data).toMatchObject({ status: 'completed', conclusion: 'success', run_attempt: 1 })
    expect(await statesOf(deployment!.id)).toEqual(['success', 'in_progress', 'waiting'])
    expect(await sandbox.actOnRun(`/${run.id}/approve`, {})).toMatchObject({
      status: 400,
      body: { error: 'The run does not wait for a reviewer.' },
    })
  })

  test('other environments do not wait', async () => {
    fault('deployment-waits')
    expect((await dispatch('staging')).conclusion).toBe('success')
  })

  test('a waiting run can be cancelled', async () => {
    fault('deployment-waits')
    const { id: run_id } = await dispatch('production')
    await octokit.actions.cancelWorkflowRun({ ...repo, run_id })
    const { data } = await octokit.actions.getWorkflowRun({ ...repo, run_id })
    expect(data.conclusion).toBe('cancelled')
  })
})

describe('what other people do', () => {
  test('a failed run is run again under its id, with a higher attempt', async () => {
    fault('production-deployment-fails')
    const failed = await dispatch('production')
    expect(failed).toMatchObject({ conclusion: 'failure', run_attempt: 1, previous_attempt_url: null })
    fault('production-deployment-fails', false)
    expect(await sandbox.actOnRun(`/${failed.id}/again`, { as: 'bystander' })).toMatchObject({
      status: 200,
      body: { id: failed.id, attempt: 2, status: 'queued' },
    })
    expect(await sandbox.actOnRun(`/${failed.id}/again`, {})).toMatchObject({ status: 400 })
    sandbox.advance(5 * STEP_MS)
    const { data } = await octokit.actions.getWorkflowRun({ ...repo, run_id: failed.id })
    expect(data).toMatchObject({
      run_attempt: 2,
      conclusion: 'success',
      created_at: failed.created_at,
      actor: { login: 'rotation-bot' },
      triggering_actor: { login: 'bystander' },
    })
    expect(Date.parse(data.run_started_at ?? '')).toBeGreaterThan(Date.parse(failed.run_started_at ?? ''))
    const previous = await octokit.request(`GET ${data.previous_attempt_url}`)
    expect(previous.data).toMatchObject({ id: failed.id, run_attempt: 1, conclusion: 'failure' })
    expect((await octokit.actions.listWorkflowRuns({ ...repo, workflow_id: 102 })).data.total_count).toBe(1)
    // Each attempt is a deployment.
    const made = await deployments()
    expect(made.map(({ creator }) => creator?.login)).toEqual(['bystander', 'rotation-bot'])
    expect(await Promise.all(made.map(({ id }) => statesOf(id)))).toEqual([
      ['success', 'in_progress'],
      ['failure', 'in_progress'],
    ])
  })

  test('a workflow is started by hand', async () => {
    const inputs = { environment: 'staging' }
    const started = await sandbox.actOnRun('', { workflow: WORKFLOWS.deploy.file, inputs, as: 'bystander' })
    expect(started).toMatchObject({ status: 200, body: { title: 'agents:orchestrate', actor: 'bystander' } })
    const { data } = await octokit.actions.listWorkflowRunsForRepo({ ...repo, actor: 'bystander' })
    expect(data.workflow_runs).toMatchObject([{ id: started.body.id, event: 'workflow_dispatch' }])
  })

  test.each([
    ['an unknown workflow', { workflow: 'none.yml' }, 'no such workflow'],
    ['missing inputs', { workflow: WORKFLOWS.deploy.file }, "Required input 'environment' not provided"],
    ['an unknown person', { workflow: WORKFLOWS.deploy.file, as: 'nobody' }, 'is one of operator'],
  ])('%s is refused with a sentence', async (_, given, sentence) => {
    expect(await sandbox.actOnRun('', given)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(sentence) },
    })
  })

  test('a run that does not exist cannot be run again', async () => {
    expect(await sandbox.actOnRun('/1/again', {})).toMatchObject({
      status: 400,
      body: { error: 'There is no such run.' },
    })
  })

  test('deployed-by-others: someone deploys production once', async () => {
    fault('deployed-by-others')
    sandbox.advance(5 * STEP_MS)
    fault('deployed-by-others', false)
    const [deployment, ...others] = await deployments({ environment: 'production' })
    expect(others).toEqual([])
    expect(deployment).toMatchObject({ creator: { login: 'bystander' } })
    expect(await statesOf(deployment!.id)).toEqual(['success', 'in_progress'])
  })

  test('runs are filtered by creation and listed a hundred a page', async () => {
    const inputs = { environment: 'staging' }
    for (let count = 0; count < 101; count++)
      await sandbox.actOnRun('', { workflow: WORKFLOWS.deploy.file, inputs })
    const created = `>=${sandbox.world.clock.now().toISOString().slice(0, 10)}`
    const { data } = await octokit.actions.listWorkflowRunsForRepo({ ...repo, created, per_page: 200 })
    expect(data.total_count).toBe(101)
    expect(data.workflow_runs).toHaveLength(100)
  })
})
