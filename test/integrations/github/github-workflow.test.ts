import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGithubClient } from '#integrations/github/github'
import { githubActions } from '#integrations/github/github-actions'
import { runsOf } from '#sandbox/ci/runs'
import { workflowsOf } from '#sandbox/ci/workflows'
import { WORKFLOWS } from '#sandbox/demo-users'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'

const FILE = WORKFLOWS.rotate.file
const HOUR = 3_600_000

describe('reading the rotation workflow from GitHub', () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterEach(() => sandbox.close())

  const ci = (repo = 'agents', token = sandbox.env.GITHUB_TOKEN ?? '') => {
    const client = createGithubClient(token, sandbox.env.GITHUB_API_URL, () => {})
    const target = { owner: 'flashfusion', repo, branch: 'main' }
    return githubActions(client, target, { rotate: FILE, deploy: 'a.yml', smoke: 'b.yml', revoke: 'c.yml' })
  }

  it('finds the run of twelve days ago, with when it ended', async () => {
    const { workflow } = await ci().readWorkflow('rotate')
    const [seeded] = runsOf(sandbox.world).all()
    expect(workflow).toMatchObject({
      state: 'active',
      lastCompleted: { runId: seeded?.id, state: 'succeeded' },
      underWay: null,
    })
    expect(workflow?.lastCompleted?.finishedAt?.slice(0, 19)).toBe(seeded?.updatedAt.slice(0, 19))
  })

  it('takes the run that ended last, not the one that began last, and of any trigger', async () => {
    const runs = runsOf(sandbox.world)
    const workflow = workflowsOf(sandbox.world).find(FILE)
    if (!workflow) throw new Error('no workflow')
    const at = (hours: number) => new Date(sandbox.clock.now().getTime() - hours * HOUR).toISOString()
    const queued = {
      ...runs.queue(workflow, {}),
      createdAt: at(5),
      startedAt: at(5),
      event: 'schedule' as const,
    }
    const long = runs.save({ ...queued, status: 'completed', conclusion: 'cancelled', updatedAt: at(1) })
    const other = { ...runs.queue(workflow, {}), createdAt: at(4), startedAt: at(4) }
    runs.save({ ...other, status: 'completed', conclusion: 'success', updatedAt: at(3) })
    const branch = { ...runs.queue(workflow, {}), branch: 'try', createdAt: at(2), startedAt: at(2) }
    runs.save({ ...branch, status: 'completed', conclusion: 'success', updatedAt: at(0) })
    const running = { ...runs.queue(workflow, {}), status: 'in_progress' as const }
    runs.save(running)
    const { workflow: seen } = await ci().readWorkflow('rotate')
    expect(seen?.lastCompleted).toMatchObject({ runId: long.id, conclusion: 'cancelled' })
    expect(seen?.underWay?.runId).toBe(running.id)
  })

  it('shows each fault of the sandbox', async () => {
    sandbox.world.faults.set('last-rotation-failed', true)
    expect((await ci().readWorkflow('rotate')).workflow?.lastCompleted).toMatchObject({ state: 'failed' })
    sandbox.world.faults.set('workflow-disabled', true)
    expect((await ci().readWorkflow('rotate')).workflow?.state).toBe('disabled_inactivity')
    sandbox.world.faults.set('workflow-missing', true)
    expect((await ci().readWorkflow('rotate')).workflow).toBeNull()
  })

  it('tells a missing file from a repository that it may not see', async () => {
    const elsewhere = ci('no-such-repository').readWorkflow('rotate')
    await expect(elsewhere).rejects.toThrow(
      /flashfusion\/no-such-repository: not found, or the token may not see it/,
    )
    await expect(ci('agents', 'wrong').readWorkflow('rotate')).rejects.toThrow(/GITHUB_TOKEN/)
    sandbox.world.faults.set('github-unavailable', true)
    await expect(ci().readWorkflow('rotate')).rejects.toThrow(/503/)
  })

  it('takes the run that the bot began, and none that somebody began by hand with the same mark', async () => {
    const runs = runsOf(sandbox.world)
    const workflow = workflowsOf(sandbox.world).find(FILE)
    if (!workflow) throw new Error('no workflow')
    const since = sandbox.clock.now().toISOString()
    const find = () => ci().findRun('rotate', 'R42', since)
    const marked = { rotation: 'R42', secrets: 'a' }
    runs.save({ ...runs.queue(workflow, marked), branch: 'try' })
    expect(await find()).toBeNull()
    const ours = runs.queue(workflow, marked)
    runs.queue(workflow, marked)
    expect(await find()).toMatchObject({ runId: ours.id })
  })

  it('takes a run for deleted only in a repository that the token can read', async () => {
    const [seeded] = runsOf(sandbox.world).all()
    const id = seeded?.id ?? 0
    expect(await ci().readRun(id)).toMatchObject({ runId: id })
    expect(await ci().readRun(1)).toBeNull()
    await expect(ci('no-such-repository').readRun(id)).rejects.toThrow(/the token may not see it/)
  })
})
