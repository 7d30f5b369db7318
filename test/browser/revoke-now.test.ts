import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { secretsOf } from '#sandbox/aws/secrets'
import { runsOf } from '#sandbox/ci/runs'
import { workflowsOf } from '#sandbox/ci/workflows'
import { WORKFLOWS } from '#sandbox/demo-users'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { openBrowser } from './page.ts'

const SECRET = 'flashfusion/staging/evaluator/capability-token'

let sandbox: Sandbox
let browser: Browser
beforeAll(async () => {
  sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20 })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await sandbox.close()
})

it('an old version that is alive is revoked from the page', async () => {
  const workflow = workflowsOf(sandbox.world).find(WORKFLOWS.rotate.file)
  if (!workflow) throw new Error('no workflow')
  runsOf(sandbox.world).queue(workflow, {
    rotation: 'R1',
    secrets: JSON.stringify([SECRET]),
    revoke_within_hours: '24',
  })
  const page = await browser.newPage({ viewport: { width: 1500, height: 900 } })
  await page.goto(`${sandbox.url}/#secrets/${SECRET}`)
  const secret = page.getByTestId(`secret-${SECRET}`)
  const button = secret.getByRole('button', { name: /^Revoke version [0-9a-f]{8} of .* now$/ })
  await button.waitFor()
  expect(await button.count()).toBe(1)
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/revoke-now.png` })
  await button.click()
  await button.waitFor({ state: 'detached' })
  await secret.getByText('previous version revoked').waitFor()
  const old = secretsOf(sandbox.world)
    .get(SECRET)
    .versions.filter((version) => !version.labels.includes('AWSCURRENT'))
  expect(old.at(-1)).toMatchObject({ labels: [], destroyedAt: expect.any(String) })
})
