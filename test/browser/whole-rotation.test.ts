import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxPage } from './page.ts'
import { type StartedPage, startPage } from './started-page.ts'

const WAIT = { timeout: 30_000 }

/** By the page alone, as four people, against the bot as `npm start` starts it. */
describe('the sandbox’s page', () => {
  let started: StartedPage
  let sandbox: SandboxPage
  beforeAll(async () => {
    started = await startPage()
    sandbox = started.sandbox
  })
  afterAll(() => started.close())

  it('shows the ages of the tokens, to one person, until they share them', async () => {
    await sandbox.become('operator')
    await sandbox.picture('01-welcome')
    await sandbox.type('/rotation status')
    await sandbox.page.getByText('Only visible to you').waitFor(WAIT)
    await sandbox.page.getByText('Capability tokens').last().waitFor(WAIT)
    await sandbox.picture('02-status')
    await sandbox.become('bystander')
    expect(await sandbox.page.getByText('Only visible to you').count()).toBe(0)
  })

  it('refuses the bystander', async () => {
    await sandbox.type('/rotation start')
    await sandbox.modal.getByText('You may not work on rotations').waitFor(WAIT)
    await sandbox.picture('03-refused', sandbox.modal)
    await sandbox.page.getByTestId('modal-close').last().click()
  })

  it('starts a rotation', async () => {
    await sandbox.become('operator')
    await sandbox.type('/rotation start')
    await sandbox.modal.getByText('Which tokens').waitFor(WAIT)
    // The list opens over the fields below it, and must not stay there.
    await sandbox.modal.getByRole('combobox').click()
    await sandbox.page.getByRole('listbox').waitFor(WAIT)
    await sandbox.modal.getByRole('heading').first().click()
    await sandbox.page.getByRole('listbox').waitFor({ state: 'detached', ...WAIT })
    await sandbox.modal.locator('textarea').first().fill('Thirty days are over for orchestrator/sandbox.')
    await sandbox.picture('04-start')
    await sandbox.submit()
    await sandbox.action('open-step:inventory-review').waitFor(WAIT)
    await sandbox.picture('05-card')
  })

  it('refuses a step with its checks shown, and takes it without a tick where they passed', async () => {
    await sandbox.action('open-step:inventory-review').click()
    await sandbox.modal.getByText('9 secrets listed and uploaded').waitFor(WAIT)
    await sandbox.modal.locator('[data-block-id="evidence"] textarea').fill('not a link')
    await sandbox.submit()
    await sandbox.page.getByTestId('modal-error').first().waitFor(WAIT)
    await sandbox.picture('06-inventory-refused')
    await sandbox.modal
      .locator('[data-block-id="evidence"] textarea')
      .fill('https://wiki.example/inventory/november')
    await sandbox.submit()
    await sandbox.modal.waitFor({ state: 'detached', ...WAIT })

    await sandbox.action('open-step:automation-health').click()
    await sandbox.modal.getByText('a test notice arrived and was read back').waitFor(WAIT)
    await sandbox.modal.getByText(/The last run, \d+, succeeded/).waitFor(WAIT)
    await sandbox.modal.getByLabel('Evidence files').setInputFiles({
      name: 'ci.log',
      mimeType: 'text/plain',
      buffer: Buffer.from('job 3 of 3 succeeded\n'),
    })
    await sandbox.modal.getByRole('button', { name: 'Remove ci.log' }).waitFor(WAIT)
    await sandbox.picture('07-automation-health')
    await sandbox.submit()
    await sandbox.modal.waitFor({ state: 'detached', ...WAIT })
  })

  it('has what is rare in the menu of the card', async () => {
    await sandbox.action('more').last().click()
    await sandbox.picture('07-card-menu')
    await sandbox.page.getByRole('menuitem', { name: 'Hand off' }).click()
    await sandbox.modal.getByText('New owner', { exact: true }).waitFor(WAIT)
    await sandbox.page.getByTestId('modal-close').last().click()
    await sandbox.modal.waitFor({ state: 'detached', ...WAIT })
  })

  it('starts the workflow, shows its progress, and verifies what it did', async () => {
    await sandbox.action('open-step:rotation-execution').click()
    await sandbox.action('start-workflow').click()
    await sandbox.modal.getByText(/[1-8] of 9 tokens/).waitFor(WAIT)
    await sandbox.picture('08-execution-running')
    await sandbox.modal.getByText('9 of 9 tokens have a new current version').waitFor({ timeout: 60_000 })
    await sandbox.modal.getByText('env, scope and expiry are right').waitFor(WAIT)
    await sandbox.picture('09-execution-verified')
    await sandbox.submit()
    await sandbox.modal.waitFor({ state: 'detached', ...WAIT })
  })

  it('goes through the last two steps', async () => {
    await sandbox.action('open-step:integration-verification').click()
    await sandbox.modal.getByText('First press “Deploy to sandbox”').first().waitFor(WAIT)
    await sandbox.picture('10-integration-before')
    await sandbox.verifyIntegration(WAIT.timeout)
    await sandbox.picture('10-integration')
    await sandbox.submit()
    await sandbox.modal.waitFor({ state: 'detached', ...WAIT })
    await sandbox.page.getByTestId('tab-telemetry').click()
    await sandbox.page.getByTestId('telemetry-staging').getByText('deployed').first().waitFor(WAIT)
    await sandbox.page.getByTestId('telemetry-queries').getByText('agent_token_expiry').first().waitFor(WAIT)
    await sandbox.picture('10-telemetry')

    await sandbox.action('open-step:audit-logging').click()
    await sandbox.modal.getByText(/Entry of/).waitFor(WAIT)
    await sandbox.modal.getByText(/has the report with/).waitFor(WAIT)
    await sandbox.picture('11-audit')
    await sandbox.submit()
    await sandbox.action('sign-off:devops-lead').waitFor(WAIT)
    await sandbox.picture('12-card-signing')
  })

  it('lets a rejection reopen a step, and both roles sign what was done again', async () => {
    await sandbox.become('ai-ops-owner')
    await sandbox.action('reject').click()
    await sandbox.modal.locator('textarea').first().fill('The ticket has no evidence links.')
    await sandbox.modal.getByRole('checkbox').last().check()
    await sandbox.picture('13-reject')
    await sandbox.submit()
    await sandbox.action('open-step:audit-logging').waitFor(WAIT)
    await sandbox.picture('14-card-rejected')

    await sandbox.become('operator')
    await sandbox.action('open-step:audit-logging').click()
    await sandbox.modal.getByText(/Entry of/).waitFor(WAIT)
    await sandbox.modal.getByText(/has the report with/).waitFor(WAIT)
    await sandbox.modal
      .locator('[data-block-id="evidence"] textarea')
      .fill('https://wiki.example/ops-devops-rotation/r1')
    await sandbox.submit()
    await sandbox.action('sign-off:devops-lead').waitFor(WAIT)

    for (const role of ['devops-lead', 'ai-ops-owner']) {
      await sandbox.become(role)
      await sandbox.action(`sign-off:${role}`).click()
      await sandbox.modal.getByText(/Full record:/).waitFor(WAIT)
      await sandbox.picture(`15-sign-off-${role}`)
      await sandbox.submit()
      await sandbox.modal.waitFor({ state: 'detached', ...WAIT })
    }
  })

  it('deploys to production with the button on the card, and shows that it is verified', async () => {
    await sandbox.page.getByText('R1 signed by both roles: 9').first().waitFor(WAIT)
    expect(await sandbox.page.getByText('R1 complete').count()).toBe(0)
    await sandbox.become('operator')
    await sandbox.picture('15-card-promoting')
    await sandbox.promote(WAIT.timeout)
    await sandbox.picture('15-card-verified')
    expect(await sandbox.page.getByText('R1 complete').count()).toBe(0)
  })

  it('ends with the notice in the channel and the entries in the log', { timeout: 120_000 }, async () => {
    await sandbox.retire(WAIT.timeout)
    const notice = sandbox.page.getByText('R1 complete: 9 tokens rotated in sandbox, staging, production')
    await notice.first().waitFor(WAIT)
    await sandbox.picture('16-notice')
    await sandbox.page.getByTestId('tab-repository').click()
    const newest = sandbox.page.getByTestId('log-entry')
    for (const words of ['newest of 6 entries', 'completed', 'approved'])
      await newest.getByText(words).first().waitFor(WAIT)
    await sandbox.picture('17-repository')
    await sandbox.page.getByTestId('app-home').click()
    await sandbox.page.getByTestId('home').getByText('R1').first().waitFor(WAIT)
    await sandbox.picture('18-home')
    expect(started.problems).toEqual([])
  })
})
