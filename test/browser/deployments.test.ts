import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CURRENT, versionLabelled } from '#sandbox/aws/secret'
import { secretsOf } from '#sandbox/aws/secrets'
import { changeState } from '#sandbox/ci/issuer'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { openBrowser, SandboxPage } from './page.ts'

const SECRET = 'flashfusion/production/evaluator/capability-token'

let sandbox: Sandbox
let browser: Browser
let page: Page
const problems: string[] = []
beforeAll(async () => {
  sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20 })
  browser = await openBrowser()
  page = await browser.newPage({ viewport: { width: 1500, height: 900 } })
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(`${sandbox.url}/#deployments`)
})
afterAll(async () => {
  await browser.close()
  await sandbox.close()
})

const agent = () => page.getByTestId('agent-production-evaluator')
const colorOf = (selector: string): Promise<string> =>
  page.evaluate(
    `getComputedStyle(document.querySelector('[data-testid=agent-production-evaluator] ${selector}')).color`,
  )
const text = async () => (await agent().innerText()).replace(/\s+/g, ' ')

it('an agent whose token the issuer disables is shown as refused, in words and in red', async () => {
  await agent().getByText('authenticating').waitFor()
  expect(await text()).toMatch(/current version issuer: live$/)
  // Said once of each environment, in both tabs.
  const never = page.getByText('Never deployed', { exact: false })
  expect(await never.count()).toBe(3)
  await page.getByTestId('tab-telemetry').click()
  await page.locator('.counters').first().waitFor()
  expect(await never.count()).toBe(3)
  await new SandboxPage(page).picture('41-telemetry')
  await page.getByTestId('tab-deployments').click()
  await agent().getByText('authenticating').waitFor()
  const good = await colorOf('.agent-good')
  const current = versionLabelled(secretsOf(sandbox.world).get(SECRET), CURRENT)
  const at = sandbox.world.clock.now().toISOString()
  changeState(sandbox.world, SECRET, current?.id ?? '', { state: 'disabled', at })
  await agent().getByText('refused').waitFor()
  expect(await text()).toContain('issuer: disabled since')
  const bad = await colorOf('.agent-bad')
  expect([good, bad]).toEqual(['rgb(31, 122, 69)', 'rgb(179, 38, 30)'])
  await new SandboxPage(page).picture('40-deployments')
})

it('a deployment by somebody else waits for a reviewer, and is approved and run again in the CI’s tab', async () => {
  sandbox.world.faults.set('deployment-waits', true)
  sandbox.world.faults.set('production-deployment-fails', true)
  await page.getByTestId('deploy-production').click()
  await page.getByTestId('tab-ci').click()
  const run = page.locator('[data-testid^="run-"]').first()
  await run.getByText('Waiting for a reviewer', { exact: true }).waitFor()
  await run.locator('dl', { hasText: 'bystander' }).waitFor()
  await run.getByRole('button', { name: 'Approve as DevOps lead' }).click()
  await run.getByText('Failed').waitFor()

  sandbox.world.faults.set('deployment-waits', false)
  sandbox.world.faults.set('production-deployment-fails', false)
  await run.getByRole('button', { name: 'Run again as operator' }).click()
  await run.getByText('Succeeded').waitFor()
  await run.locator('dl', { hasText: 'attempt 2' }).waitFor()

  await page.getByTestId('tab-deployments').click()
  await agent().getByText('deployed').waitFor()
  const production = page.getByTestId('deployments-production')
  expect(await production.getByText(/never deployed/i).count()).toBe(0)
})

it('a workflow is started by hand, with its own inputs', async () => {
  await page.getByTestId('tab-ci').click()
  const form = page.getByTestId('by-hand')
  await form.locator('summary').click()
  await form.getByLabel('Workflow').selectOption('agents:orchestrate')
  await form.getByLabel('environment').selectOption('staging')
  await form.getByLabel('As').selectOption('ai-ops-owner')
  await page.getByTestId('start-by-hand').click()
  const run = page.locator('[data-testid^="run-"]').first()
  await run.getByText('ai-ops-owner').first().waitFor()
  await run.getByText('Succeeded').waitFor()
})

it('an environment’s agents begin to read their token at run time', async () => {
  await page.getByTestId('tab-deployments').click()
  await page.getByTestId('takes-sandbox').check()
  await expect.poll(() => page.getByTestId('takes-sandbox').isChecked()).toBe(true)
  const shown = await (await fetch(`${sandbox.url}/sandbox/api/agents`)).json()
  expect(shown).toContainEqual(expect.objectContaining({ environment: 'sandbox', takes: 'runtime' }))
  expect(problems).toEqual([])
})
