import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxPage } from './page.ts'
import { type StartedPage, startPage } from './started-page.ts'

const WAIT = { timeout: 60_000 }

/** By the page alone: an incident from its command to the last entry in the log, with what the pager shows of it. */
describe('an incident', () => {
  let started: StartedPage
  let sandbox: SandboxPage
  beforeAll(async () => {
    started = await startPage()
    sandbox = started.sandbox
  })
  afterAll(() => started.close())

  /** The alerts in one state, newest first. */
  const alerts = (status: string) => sandbox.page.locator(`[data-testid^="alert-"][data-status="${status}"]`)

  const fault = async (id: string, on: boolean) => {
    const faults = sandbox.page.getByTestId('faults')
    const summary = faults.locator('summary').first()
    if ((await faults.getAttribute('open')) === null) await summary.click()
    await sandbox.page.getByTestId(`fault-${id}`).first().setChecked(on)
    await summary.click()
  }

  /** Opens a step, waits for what its last check says, confirms everything and completes it. */
  const complete = async (step: string, seen: RegExp, before: () => Promise<void> = async () => {}) => {
    await sandbox.action(`open-step:${step}`).first().click()
    await sandbox.modal.getByText('Verified by machine').first().waitFor(WAIT)
    await before()
    await sandbox.modal.getByLabel('Evidence links').waitFor(WAIT)
    await sandbox.modal.getByText(seen).first().waitFor(WAIT)
    for (const box of await sandbox.modal.getByRole('checkbox').all()) await box.check()
    await sandbox.submit()
    await sandbox.modal.waitFor({ state: 'detached', ...WAIT })
  }

  it('is opened by on-call, who is paged', async () => {
    await sandbox.become('operator')
    await sandbox.type('/rotation incident')
    await sandbox.modal.getByText('What happened').waitFor(WAIT)
    await sandbox.modal.getByRole('combobox').nth(0).selectOption('credential-anomaly')
    await sandbox.modal.getByRole('combobox').nth(1).selectOption('P1')
    await sandbox.modal.locator('textarea').first().fill('A token was used from an address that is not ours.')
    await sandbox.modal.getByRole('radio').last().check()
    await sandbox.picture('20-incident')
    await sandbox.submit()
    await sandbox.page.getByText('INCIDENT P1 · credential anomaly').first().waitFor(WAIT)
    await sandbox.page.getByTestId('tab-pager').click()
    await alerts('triggered').getByText('INCIDENT P1 R1').first().waitFor(WAIT)
    await sandbox.picture('21-incident-paged')
  })

  it('calls on-call once more while its workflow fails, until one succeeds', async () => {
    await complete('inventory-review', /9 secrets listed and uploaded/)
    await complete('automation-health', /test notice arrived and was read back/)
    await fault('workflow-fails', true)
    await sandbox.action('open-step:rotation-execution').click()
    await sandbox.action('start-workflow').click()
    await sandbox.modal.getByText(/Rotation workflow: failed/).waitFor(WAIT)
    await alerts('triggered').getByText('workflow failed').first().waitFor(WAIT)
    await sandbox.picture('22-workflow-failed')
    await fault('workflow-fails', false)
    await sandbox.action('start-workflow').click()
    await sandbox.modal.getByText('9 of 9 tokens have a new current version').waitFor(WAIT)
    await alerts('resolved').getByText('workflow failed').first().waitFor(WAIT)
    await sandbox.page.getByTestId('modal-close').last().click()
  })

  it('is carried through, signed by both roles, and its page ends with it', {
    timeout: 180_000,
  }, async () => {
    await complete('rotation-execution', /✓.*Old version revoked/)
    await complete('integration-verification', /✓.*Agents work in staging/, async () => {
      await sandbox.verifyIntegration(WAIT.timeout)
    })
    await complete('audit-logging', /has the report with/)
    for (const role of ['devops-lead', 'ai-ops-owner']) {
      await sandbox.become(role)
      await sandbox.action(`sign-off:${role}`).first().click()
      await sandbox.modal.getByText(/Full record:/).waitFor(WAIT)
      await sandbox.submit()
      await sandbox.modal.waitFor({ state: 'detached', ...WAIT })
    }
    await sandbox.become('operator')
    await sandbox.promote(WAIT.timeout)
    await sandbox.retire(WAIT.timeout)
    await sandbox.page.getByText('INCIDENT P1 R1 complete').first().waitFor(WAIT)
    await sandbox.page.getByTestId('tab-pager').click()
    await alerts('resolved').nth(1).waitFor(WAIT)
    expect(await alerts('triggered').count()).toBe(0)
    await sandbox.picture('23-incident-over')
    await sandbox.page.getByTestId('tab-repository').click()
    const newest = sandbox.page.getByTestId('log-entry')
    for (const words of ['newest of 6 entries', 'completed', 'approved'])
      await newest.getByText(words).first().waitFor(WAIT)
    expect(started.problems).toEqual([])
  })
})
