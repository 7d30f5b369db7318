import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGithubClient } from '#integrations/github/github'
import { githubActions } from '#integrations/github/github-actions'
import { runsOf } from '#sandbox/ci/runs'
import { workflowsOf } from '#sandbox/ci/workflows'
import { WORKFLOWS } from '#sandbox/demo-users'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { createRecordingProxy, type RecordingProxy } from '#test/support/recording-proxy'

const PERSON = { login: 'octocat', name: 'Octo Cat', email: 'octocat@users.example' }

describe('the runs and deployments of the CI', () => {
  let sandbox: Sandbox
  let proxy: RecordingProxy
  beforeEach(async () => {
    sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 5 })
    const { origin, pathname } = new URL(sandbox.env.GITHUB_API_URL ?? '')
    proxy = await createRecordingProxy(origin)
    path = pathname
  })
  afterEach(async () => {
    await proxy.close()
    await sandbox.close()
  })

  let path = ''
  const ci = () => {
    const client = createGithubClient(sandbox.env.GITHUB_TOKEN ?? '', `${proxy.url}${path}`, () => {})
    const target = { owner: 'flashfusion', repo: 'agents', branch: 'main' }
    const [rotate, deploy, smoke] = [WORKFLOWS.rotate.file, WORKFLOWS.deploy.file, WORKFLOWS.smoke.file]
    return githubActions(client, target, { rotate, deploy, smoke, revoke: 'revoke.yml' })
  }
  const workflow = (file: string) => {
    const found = workflowsOf(sandbox.world).find(file)
    if (!found) throw new Error(`no workflow ${file}`)
    return found
  }
  const deploy = (environment: string) =>
    runsOf(sandbox.world).queue(workflow(WORKFLOWS.deploy.file), { rotation: 'by hand', environment }, PERSON)
  const ended = (id: number) =>
    expect
      .poll(() => runsOf(sandbox.world).find(id)?.status, { timeout: 10_000, interval: 20 })
      .toBe('completed')
  const now = () => sandbox.clock.now().toISOString()
  const isWhole = (at: string | null | undefined) => expect(at).toMatch(/^\d{4}-.*\.\d{3}Z$/)

  it('lists whoever started them, with kind, title and attempt', async () => {
    const since = new Date(sandbox.clock.now().getTime() - 1_000).toISOString()
    const run = deploy('staging')
    await ended(run.id)
    const [first, ...others] = await ci().listRuns(since)
    expect(others).toEqual([])
    expect(first).toMatchObject({
      runId: run.id,
      kind: 'deploy',
      event: 'workflow_dispatch',
      branch: 'main',
      startedBy: 'octocat',
      runAttempt: 1,
      state: 'succeeded',
    })
    isWhole(first?.createdAt)
    runsOf(sandbox.world).runAgain(runsOf(sandbox.world).find(run.id) ?? run, { ...PERSON, login: 'other' })
    expect((await ci().listRuns(since))[0]).toMatchObject({
      runAttempt: 2,
      startedBy: 'other',
      runId: run.id,
    })
  })

  it('asks once for up to 100 runs, and pages beyond', async () => {
    const since = new Date(sandbox.clock.now().getTime() - 1_000).toISOString()
    for (let count = 0; count < 101; count += 1) deploy('staging')
    expect(await ci().listRuns(since)).toHaveLength(101)
    expect(proxy.calls).toHaveLength(2)
    proxy.calls.length = 0
    expect(await ci().listRuns(new Date(Date.parse(now()) + 60_000).toISOString())).toEqual([])
    expect(proxy.calls).toHaveLength(1)
  })

  it('says for whom a run waits', async () => {
    sandbox.world.faults.set('deployment-waits', true)
    const run = deploy('production')
    await expect
      .poll(async () => (await ci().readRun(run.id))?.state, { timeout: 10_000, interval: 20 })
      .toBe('waiting')
    expect((await ci().readRun(run.id))?.startedAt).toBeNull()
    expect(await ci().readReviewers(run.id)).toEqual(['devops-lead'])
  })

  it('shows deployments with their workflow, who started them, and their times', async () => {
    const since = new Date(sandbox.clock.now().getTime() - 1_000).toISOString()
    const first = deploy('staging')
    await ended(first.id)
    const second = deploy('staging')
    await ended(second.id)
    const reader = ci()
    const seen = await reader.listDeployments('staging', since)
    expect(seen.map(({ runId }) => runId)).toEqual([second.id, first.id])
    // The older one is inactive by now, and was a success all the same.
    for (const each of seen) {
      expect(each).toMatchObject({
        environment: 'staging',
        workflow: WORKFLOWS.deploy.file,
        startedBy: 'octocat',
      })
      isWhole(each.startedAt)
      isWhole(each.finishedAt)
      expect(each.url).toContain(`/actions/runs/${each.runId}`)
    }
    proxy.calls.length = 0
    await reader.listDeployments('staging', since)
    expect(proxy.calls, 'what is over is read once').toHaveLength(1)
    expect(
      await reader.listDeployments('staging', new Date(Date.parse(now()) + 60_000).toISOString()),
    ).toEqual([])
  })

  it('takes no failed deployment for a success', async () => {
    const since = new Date(sandbox.clock.now().getTime() - 1_000).toISOString()
    sandbox.world.faults.set('deployment-fails', true)
    const run = deploy('staging')
    await ended(run.id)
    expect(await ci().listDeployments('staging', since)).toMatchObject([{ runId: run.id, finishedAt: null }])
  })

  it('says why deployments cannot be read', async () => {
    sandbox.world.faults.set('deployments-forbidden', true)
    await expect(ci().listDeployments('staging', now())).rejects.toThrow(
      /^The deployments to staging in flashfusion\/agents: .*\(403\)$/,
    )
  })
})
