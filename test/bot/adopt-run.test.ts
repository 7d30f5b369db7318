import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findFoundRun } from '#db/queries/found-runs'
import { findRotation } from '#db/queries/rotations'
import { requestRun } from '#operations/request-run'
import { watchDeployments } from '#operations/scheduled/watch-deployments'
import type { FaultId } from '#sandbox/faults'
import { elementsOf, eventually, type View, wordsOf } from '#test/support/person'
import {
  checkedStep,
  completeStep,
  letTelemetryMeasure,
  openSignOff,
  openStep,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const DEPLOY = 'agents-orchestrate.yml'
const STEP_3 = 'rotation-execution'
const STEP_4 = 'integration-verification'
const ONE_AGENT = { scope: ['environment:staging', 'environment:production', 'agent:evaluator'] }

describe('runs that the bot did not start', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
  })
  afterEach(() => workspace.close())

  const rotation = async () => {
    const found = await findRotation(workspace.bot.context.db, 1)
    if (!found) throw new Error('no rotation')
    return found
  }
  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const deployByHand = (environment: string) =>
    workspace.operator.post('runs', {
      workflow: DEPLOY,
      inputs: { rotation: 'by hand', environment },
      as: 'bystander',
    }) as Promise<{ id: number }>
  const thread = async () =>
    wordsOf(await workspace.operator.thread((await workspace.operator.card('R1')).ts))
  const offers = (view: View, action: string) =>
    elementsOf(view.blocks).some((each) => each.action_id === action)

  const upTo = async (answers: { scope: string[] }, ...steps: Parameters<typeof completeStep>[2][]) => {
    await start(workspace.operator, answers)
    for (const step of steps) await completeStep(workspace.operator, 'R1', step)
  }

  /** Opens step 4 until it shows what the bot has found in GitHub. */
  const stepWithFound = () =>
    eventually(async () => {
      const view = await openStep(workspace.operator, 'R1', STEP_4)
      if (offers(view, 'adopt-run')) return view
      await workspace.operator.close(view)
      return false
    }, 'the run that was started by hand')

  it('are adopted by a person, and judged like the bot’s own', async () => {
    const { operator } = workspace
    await upTo(
      { scope: ['environment:staging', 'agent:evaluator'] },
      'inventory-review',
      'automation-health',
      STEP_3,
    )
    const { id } = await deployByHand('staging')
    const view = await stepWithFound()
    expect(wordsOf(view)).toContain(`run ${id}`)
    expect(wordsOf(view)).toContain('Not started by the bot')
    expect((await rotation()).runs.filter((run) => run.kind === 'deploy')).toEqual([])

    // GitHub's deployment says where, once the run has begun.
    await eventually(
      async () => (await findFoundRun(workspace.bot.context.db, id))?.environment === 'staging',
      'its environment',
    )
    await operator.press(view, 'adopt-run')
    const form = await operator.modal('adopt-run')
    const key = `${id}:1`
    expect((await operator.submit(form, { run: key, reason: ' ' })).errors?.reason).toBeTruthy()
    const done = await operator.submit(form, { run: key, reason: 'the release was under way' })
    expect(done.errors).toBeUndefined()

    await eventually(
      async () => (await rotation()).runs.some((run) => run.kind === 'smoke' && run.state === 'succeeded'),
      'the smoke test that follows',
    )
    const run = (await rotation()).runs.find((each) => each.kind === 'deploy')
    expect(run).toMatchObject({
      environment: 'staging',
      runId: id,
      state: 'succeeded',
      requestedBy: operator.id,
      adopted: { reason: 'the release was under way', event: 'workflow_dispatch' },
    })
    expect(run?.startedAt).toBeTruthy()
    await letTelemetryMeasure(operator)
    await operator.press(await checkedStep(operator, STEP_4), 'run-checks')
    await eventually(
      async () => wordsOf(await operator.views()).includes('✓ *Deployed to staging* – passed'),
      'that the deployment counts',
    )
    await expect
      .poll(thread, { timeout: 10_000 })
      .toContain('adopted a run that the bot did not start: Deployment to staging')
  }, 120_000)

  it('follows a failed run that is run again in GitHub, in the modal, the card and the page', async () => {
    const { operator } = workspace
    await upTo(
      { scope: ['environment:staging', 'agent:evaluator'] },
      'inventory-review',
      'automation-health',
      STEP_3,
    )
    await fault('deployment-fails', true)
    const view = await openStep(operator, 'R1', STEP_4)
    await operator.press(view, 'deploy:staging')
    await eventually(async () => (await rotation()).runs.at(-1)?.state === 'failed', 'the failure')
    await operator.card('R1', 'a workflow failed')
    await fault('deployment-fails', false)
    const failed = (await rotation()).runs.at(-1)
    await operator.post(`runs/${failed?.runId}/again`, {})
    await eventually(
      async () => (await rotation()).runs.find((run) => run.kind === 'deploy')?.state === 'succeeded',
      'its second attempt',
    )
    const again = (await rotation()).runs.find((run) => run.kind === 'deploy')
    expect(again).toMatchObject({ attempt: 1, runAttempt: 2, runId: failed?.runId, adopted: null })
    // The CI tells whole seconds, so the two can be the same.
    expect((again?.startedAt ?? '') >= (failed?.finishedAt ?? '').slice(0, 19)).toBe(true)
    await eventually(
      async () => /Deployment to staging: succeeded/.test(wordsOf(await operator.views())),
      'the modal to follow',
    )
    await eventually(
      async () => !wordsOf(await operator.card('R1')).includes('a workflow failed'),
      'the page to be resolved',
    )
    await expect.poll(thread, { timeout: 10_000 }).toContain('was run again in GitHub by')
  }, 120_000)

  it('says that a run waits for an approval in GitHub, and for whose', async () => {
    const { operator, devopsLead, aiOpsOwner } = workspace
    await upTo(ONE_AGENT, 'inventory-review', 'automation-health', STEP_3, STEP_4, 'audit-logging')
    for (const [person, role] of [
      [devopsLead, 'devops-lead'],
      [aiOpsOwner, 'ai-ops-owner'],
    ] as const) {
      const form = await openSignOff(person, 'R1', role)
      expect((await person.submit(form, { comment: 'seen' })).errors).toBeUndefined()
    }
    await eventually(async () => (await rotation()).status === 'promoting', 'the approval')
    await fault('deployment-waits', true)
    await requestRun(workspace.bot.context, 1, { kind: 'deploy', environment: 'production' }, operator.id)
    const card = wordsOf(await operator.card('R1', 'an approval in GitHub'))
    expect(card).toMatch(/Waiting for an approval in GitHub by devops-lead/)
    expect(card).toContain('waits for an approval in GitHub')
    await operator.post('clock', { advanceMs: 25 * 3_600_000 })
    await operator.card('R1', 'waits too long for an approval')
    const run = (await rotation()).runs.at(-1)
    await operator.post(`runs/${run?.runId}/approve`, {})
    await eventually(async () => (await rotation()).runs.at(-1)?.state === 'succeeded', 'its end')
    await eventually(
      async () => !wordsOf(await operator.card('R1')).includes('waits too long for an approval'),
      'the page to be resolved',
    )
  }, 180_000)

  it('records that others deployed production before the sign-offs, and shows it to the approvers first', async () => {
    const { operator, devopsLead } = workspace
    await upTo(ONE_AGENT, 'inventory-review', 'automation-health', STEP_3)
    const { id } = await deployByHand('production')
    await eventually(async () => {
      await watchDeployments(workspace.bot.context)
      return (await rotation()).deviations.length > 0
    }, 'the deviation')
    await watchDeployments(workspace.bot.context)
    expect((await rotation()).deviations).toMatchObject([{ environment: 'production', runId: id }])
    expect(
      await eventually(async () => (await thread()).includes('deployed before both roles'), 'its line'),
    ).toBe(true)
    for (const step of [STEP_4, 'audit-logging'] as const) await completeStep(operator, 'R1', step)
    const words = wordsOf(await openSignOff(devopsLead, 'R1', 'devops-lead'))
    const deviation = '⚠ *production* was deployed before both roles had signed, by '
    expect(words).toContain(deviation)
    expect(words.indexOf(deviation)).toBeLessThan(words.indexOf('*1 '))
  }, 180_000)
})

describe('an environment that is not to be deployed to yet', () => {
  let workspace: Workspace
  afterEach(() => workspace.close())

  const rotation = async (id: number) => {
    const found = await findRotation(workspace.bot.context.db, id)
    if (!found) throw new Error('no rotation')
    return found
  }

  it('is not promoted by the rotation workflow before somebody has said why', async () => {
    workspace = await openWorkspace({
      configure: (config) => ({
        ...config,
        environments: config.environments.map((each) =>
          each.name === 'production' ? { ...each, takes: 'runtime' as const } : each,
        ),
      }),
    })
    const { operator } = workspace
    await start(operator, { scope: ['environment:production', 'agent:evaluator'] })
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'automation-health')
    const view = await openStep(operator, 'R1', STEP_3)
    expect(wordsOf(view)).toContain('Starting the workflow *is* the promotion of production')
    await operator.press(view, 'start-workflow')
    await eventually(
      async () => wordsOf(await operator.views()).includes('The workflow was not started'),
      'the refusal',
    )
    expect((await rotation(1)).runs).toEqual([])
    for (const open of (await operator.views()).toReversed()) await operator.close(open)

    await operator.press(await openStep(operator, 'R1', STEP_3), 'record-manual-step')
    const form = await operator.modal('manual-step')
    const check = 'promotion-waits:production'
    const recorded = await operator.submit(form, { check, notes: 'the release cannot wait' })
    expect(recorded.errors).toBeUndefined()
    await requestRun(workspace.bot.context, 1, { kind: 'rotate' }, operator.id)
    await eventually(async () => (await rotation(1)).runs[0]?.state === 'succeeded', 'the workflow')
    expect((await rotation(1)).exceptions).toMatchObject([{ check }])
  }, 90_000)

  it('is not deployed to while another rotation’s unsigned version is current there', async () => {
    workspace = await openWorkspace({ audited: false })
    const { operator } = workspace
    await start(operator, { scope: ['environment:production', 'agent:evaluator'] })
    await start(operator, { scope: ['environment:production', 'agent:orchestrator'] })
    const { db } = workspace.bot.context
    const { newVersionId: _, ...token } = (await rotation(2)).tokens[0] ?? {}
    expect(token).toMatchObject({ agent: 'orchestrator' })
    await db.updateTable('rotations').set({ status: 'promoting' }).where('id', '=', 1).execute()
    const deploy = () =>
      requestRun(workspace.bot.context, 1, { kind: 'deploy', environment: 'production' }, operator.id)
    await db
      .updateTable('tokens')
      .set({ newVersionId: 'new', newVersionAt: (await rotation(2)).openedAt })
      .where('rotationId', '=', 2)
      .execute()
    await expect(deploy()).rejects.toMatchObject({
      code: 'unsigned-version-current',
      details: { environment: 'production', rotation: 2 },
    })
    expect((await rotation(1)).runs).toEqual([])
    await db.updateTable('rotations').set({ status: 'promoting' }).where('id', '=', 2).execute()
    expect((await deploy()).runs).toMatchObject([{ kind: 'deploy', environment: 'production' }])
  }, 60_000)
})
