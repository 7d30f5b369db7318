import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findRotationEvents } from '#db/queries/events'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findRevocations } from '#db/queries/revocations'
import { findRotation } from '#db/queries/rotations'
import { requestRun } from '#operations/request-run'
import { followRuns } from '#operations/scheduled/follow-runs'
import { workflowDispatchJob } from '#outbox/queue/github-jobs'
import { runsOf } from '#sandbox/ci/runs'
import { workflowsOf } from '#sandbox/ci/workflows'
import { WORKFLOWS } from '#sandbox/demo-users'
import { eventually, wordsOf } from '#test/support/person'
import { completeStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** Machine time, in ms, that no test reaches. */
const FAR = 9e15

describe('a run that the bot follows', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
    const label = await start(workspace.operator, { scope: ['environment:staging'] })
    await completeStep(workspace.operator, label, 'inventory-review')
    await completeStep(workspace.operator, label, 'automation-health')
  })
  afterEach(() => workspace.close())

  const rotation = async () => {
    const found = await findRotation(workspace.bot.context.db, 1)
    if (!found) throw new Error('no rotation')
    return found
  }
  const request = () => requestRun(workspace.bot.context, 1, { kind: 'rotate' }, workspace.operator.id)

  it('is followed also after the clock of its machine was set back', async () => {
    const ahead = new Date(Date.now() + 30 * 60_000)
    vi.useFakeTimers({ toFake: ['Date'], now: ahead })
    // Until the bot has looked for runs at that time.
    await sleep(1_000)
    vi.useRealTimers()
    await request()
    await eventually(async () => (await rotation()).runs[0]?.state === 'succeeded', 'the end of the run')
  }, 30_000)

  it('is checked once, and not all the time, after the clock with which it was requested was set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(Date.now() + 5 * 60_000) })
    await request()
    vi.useRealTimers()
    await eventually(async () => (await rotation()).runs[0]?.state === 'succeeded', 'the end of the run')
    const checksRun = async () =>
      (await findRotationEvents(workspace.bot.context.db, 1)).filter(
        ({ type, data }) => type === 'checks-run' && 'step' in data && data.step === 'rotation-execution',
      ).length
    // Many looks at the runs.
    await sleep(2_500)
    expect(await checksRun()).toBe(0)
    const modal = await openStep(workspace.operator, 'R1', 'rotation-execution')
    expect(wordsOf(modal)).toContain('checks count from')
    // The form has checks run when it is opened.
    await eventually(async () => (await checksRun()) > 0, 'the checks of the form')
    await workspace.operator.post('clock', { advanceMs: 6 * 60_000 })
    await eventually(async () => (await checksRun()) > 1, 'its checks')
    await sleep(1_500)
    expect(await checksRun()).toBe(2)
  }, 30_000)

  it('stays the one that it began, whatever somebody begins by hand beside it', async () => {
    const { world } = workspace.sandbox
    const runs = runsOf(world)
    const workflow = workflowsOf(world).find(WORKFLOWS.rotate.file)
    if (!workflow) throw new Error('no workflow')
    // Held before its end, so that the bot sees it while it runs.
    world.faults.set('ci-stalls', true)
    await request()
    const seen = await eventually(async () => (await rotation()).runs[0]?.runId, 'the run')
    const [ours] = runs.all()
    expect(seen).toBe(ours?.id)
    const other = runs.queue(workflow, { rotation: 'R1', secrets: 'none' })
    runs.save({ ...other, status: 'completed', conclusion: 'failure' })
    world.faults.set('ci-stalls', false)
    await eventually(async () => (await rotation()).runs[0]?.state === 'succeeded', 'its end')
    expect((await rotation()).runs).toMatchObject([{ runId: seen }])
  }, 60_000)

  it('is given up when somebody deletes it, and its changes stay tracked', async () => {
    const { world } = workspace.sandbox
    const runs = runsOf(world)
    world.faults.set('ci-stalls', true)
    await request()
    await eventually(async () => (await rotation()).runs[0]?.runId, 'the run')
    // It ends while nobody can see how.
    world.faults.set('github-unavailable', true)
    world.faults.set('ci-stalls', false)
    await eventually(async () => runs.all()[0]?.status === 'completed', 'its end')
    world.store.collection('ci.runs').delete(String(runs.all()[0]?.id))
    world.faults.set('github-unavailable', false)
    await workspace.operator.post('clock', { advanceMs: 16 * 60_000 })
    await eventually(async () => (await rotation()).runs[0]?.state === 'failed', 'that it is given up')
    expect((await rotation()).runs[0]?.conclusion).toBe('is no longer in the CI')
    expect((await rotation()).tokens.every((token) => token.newVersionId !== null)).toBe(true)
    expect(await findRevocations(workspace.bot.context.db, 1)).toHaveLength(3)
    await request()
    expect((await rotation()).runs).toHaveLength(2)
  }, 60_000)

  it('waits for its dispatch, however late that is', async () => {
    const { world } = workspace.sandbox
    const advance = (minutes: number) => workspace.operator.post('clock', { advanceMs: minutes * 60_000 })
    world.faults.set('ci-stalls', true)
    const { db } = workspace.bot.context
    await db.transaction().execute(async (tx) => {
      await insertJobs(tx, [workflowDispatchJob(1, 'smoke', 99)], workspace.bot.context.clock.now())
      await tx.updateTable('outboxJobs').set({ nextAt: FAR }).where('key', 'like', 'dispatch:%').execute()
    })
    await request()
    for (const minutes of [60, 1, 1]) {
      await advance(minutes)
      await followRuns(workspace.bot.context)
    }
    expect((await rotation()).runs).toMatchObject([{ state: 'requested' }])

    await db.deleteFrom('outboxJobs').where('nextAt', '=', FAR).execute()
    // The next one with its ordering key.
    await db.updateTable('outboxJobs').set({ isFirst: 1 }).where('key', 'like', 'dispatch:%').execute()
    await eventually(async () => (await rotation()).runs[0]?.runId, 'the run')
    expect((await rotation()).runs).toHaveLength(1)
  }, 60_000)
})
