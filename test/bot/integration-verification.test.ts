import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findNewestChecks } from '#db/queries/checks'
import type { FaultId } from '#sandbox/faults'
import { eventually, everyOption, type View, wordsOf } from '#test/support/person'
import {
  checkedStep,
  completeStep,
  letTelemetryMeasure,
  openStep,
  start,
  verifyIntegration,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const STEP = 'integration-verification'
const MINUTE = 60_000

/** One rotation of staging's tokens whose fourth step meets one trouble after the other. */
describe('step 4, when something is wrong', () => {
  let workspace: Workspace
  let label: string
  beforeAll(async () => {
    workspace = await openWorkspace()
    label = await start(workspace.operator, { scope: ['environment:staging'] })
    for (const step of ['inventory-review', 'automation-health', 'rotation-execution'] as const)
      await completeStep(workspace.operator, label, step)
    await openStep(workspace.operator, label, STEP)
  }, 60_000)
  afterAll(() => workspace.close())

  const fault = (id: FaultId, on = true) => workspace.operator.post('faults', { id, on })
  const pass = (advanceMs: number) => workspace.operator.post('clock', { advanceMs })
  const modal = () => workspace.operator.modal(STEP)
  const shows = (words: string | RegExp): Promise<View> =>
    eventually(async () => {
      const view = (await workspace.operator.views()).at(-1)
      const text = wordsOf(view)
      return (
        view && !/… (checking|\*(?![^*]+\* – waiting))/.test(text) && new RegExp(words).test(text) && view
      )
    }, String(words))
  const press = async (button: string) => workspace.operator.press(await modal(), button)
  /** What the checks say when they are run again. */
  const checkedAgain = async (words: string) => {
    await press('run-checks')
    return wordsOf(await shows(words))
  }
  const complete = async () => {
    const view = await modal()
    return workspace.operator.submit(view, { attest: everyOption(view, 'attest') })
  }

  it('asks nothing of the CI before something was started', async () => {
    expect(wordsOf(await modal())).toContain('not checked yet')
    const words = await checkedAgain('waiting for the deployment to staging: not started yet')
    expect(words).toContain('… *Deployed to staging* – waiting')
    expect(words).toContain('… *Smoke test passed in staging* – waiting for the deployment to staging')
    expect(words).toContain('… *Agents work in staging* – waiting for the deployment to staging')
  })

  it('tells that the CI does not take a disabled workflow, and goes on when it does', async () => {
    await fault('workflow-disabled')
    await press('deploy:staging')
    const card = await workspace.operator.card(label, 'Not yet delivered')
    expect(wordsOf(card)).toContain('start of the workflow')
    expect(wordsOf(card)).toContain("Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    expect(await checkedAgain('does not show the run yet')).toContain('? *Deployed to staging* – not read')
    await fault('workflow-disabled', false)
    await fault('deployment-fails')
    await shows('Deployment to staging: failed')
  }, 60_000)

  it('fails with a deployment that failed', async () => {
    await shows('✗ \\*Deployed to staging\\* – failed: Run \\d+ ended with failure')
    await fault('deployment-fails', false)
    expect((await complete()).errors?.attest).toContain('did not pass')
  })

  it('fails with a deployment that somebody cancelled', async () => {
    await fault('run-cancelled')
    await press('deploy:staging')
    await shows('✗ \\*Deployed to staging\\* – failed: Run \\d+ ended with cancelled')
    await fault('run-cancelled', false)
  })

  it('waits for a run that stalls', async () => {
    await fault('ci-stalls')
    await press('deploy:staging')
    await shows('attempt 3: (queued|running|waiting)')
    expect(await checkedAgain('has not ended')).toContain('? *Deployed to staging* – not read')
    const view = await modal()
    expect(
      (await workspace.operator.submit(view, { attest: everyOption(view, 'attest') })).errors,
    ).toBeDefined()
    await fault('ci-stalls', false)
    await shows('✓ \\*Deployed to staging\\* – passed')
    await shows('✓ \\*Smoke test passed in staging\\* – passed')
  })

  it('fails with a smoke test that failed, and counts the refusal until the next deployment', async () => {
    await letTelemetryMeasure(workspace.operator)
    await fault('smoke-fails')
    await press('run-smoke')
    await shows('✗ \\*Smoke test passed in staging\\* – failed: Run \\d+ ended with failure')
    // The checks ran in the second in which the smoke test was refused; telemetry is asked about whole seconds.
    await letTelemetryMeasure(workspace.operator)
    await checkedAgain(
      '✗ \\*Agents work in staging\\* – failed: authentication failures: evaluator 1 \\(expected',
    )
    await fault('smoke-fails', false)
    await verifyIntegration(workspace.operator)
    const after = wordsOf(await checkedStep(workspace.operator, STEP))
    expect(after).toContain('✓ *Smoke test passed in staging* – passed')
    expect(after).toContain('✓ *Agents work in staging* – passed')
  })

  it.each<[FaultId, string]>([
    [
      'telemetry-unavailable',
      '? *Agents work in staging* – not read: authentication successes: Prometheus: gave an unreadable answer',
    ],
    [
      'telemetry-silent',
      '? *Agents work in staging* – not read: authentication successes: nothing was measured',
    ],
  ])('is unknown while %s', async (id, words) => {
    await fault(id)
    const all = await checkedAgain('Agents work in staging\\* – not read')
    expect(all).toContain(words)
    expect(all).toContain('✓ *Smoke test passed in staging* – passed')
    await fault(id, false)
    await checkedAgain('✓ \\*Agents work in staging\\* – passed')
  })

  it('fails because of refusals and expiry warnings, until staging is deployed to again', async () => {
    await fault('telemetry-auth-failures')
    await fault('telemetry-expiry-warnings')
    await pass(MINUTE)
    await fault('telemetry-auth-failures', false)
    await fault('telemetry-expiry-warnings', false)
    const wrong =
      'authentication failures: evaluator \\d+ \\(expected = 0\\); token-expiry warnings: evaluator \\d+ '
    await checkedAgain(`✗ \\*Agents work in staging\\* – failed: ${wrong}`)
    await verifyIntegration(workspace.operator)
    await shows('✓ \\*Agents work in staging\\* – passed')
  })

  it('runs its checks by itself after a run, also when nobody has the modal open', async () => {
    const rotationId = Number(label.slice(1))
    const { db } = workspace.bot.context
    const { id: newest = 0 } = await db
      .selectFrom('checks')
      .select((eb) => eb.fn.max('id').as('id'))
      .executeTakeFirstOrThrow()
    await fault('smoke-fails')
    const view = await checkedStep(workspace.operator, STEP)
    await workspace.operator.press(view, 'run-smoke')
    await workspace.operator.close(view)
    const failed = await eventually(async () => {
      const results = await findNewestChecks(db, rotationId)
      return results.find((each) => each.title === 'Smoke test passed in staging' && each.state === 'failed')
    }, 'a failed smoke test')
    expect(failed.sentence).toContain('ended with failure')
    const results = () => db.selectFrom('checks').select('id').where('id', '>', newest).execute()
    await expect.poll(async () => (await results()).length).toBe(3)
    await fault('smoke-fails', false)
  })

  it('is completed when all three have passed', async () => {
    await completeStep(workspace.operator, label, STEP)
    await openStep(workspace.operator, label, 'audit-logging')
  }, 60_000)
})
