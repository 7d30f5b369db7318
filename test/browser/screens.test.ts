import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { violations } from './axe.ts'
import { openBrowser, SandboxPage } from './page.ts'
import { type StartedPage, startPage } from './started-page.ts'

const NARROW = { width: 375, height: 812 }
const WIDE = { width: 1440, height: 900 }
const WAIT = { timeout: 30_000 }

let started: StartedPage
let page: Page
beforeAll(async () => {
  started = await startPage()
  page = started.sandbox.page
})
afterAll(() => started.close())

const seen = async (name: string) => {
  expect(await violations(page), name).toEqual([])
  await started.sandbox.picture(`60-${name}`)
  await page.emulateMedia({ colorScheme: 'dark' })
  await started.sandbox.picture(`60-${name}-dark`)
  await page.emulateMedia({ colorScheme: 'light' })
}

const backgroundOf = (selector: string): Promise<string> =>
  page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`)

it('axe finds nothing in any tab', async () => {
  for (const tab of ['secrets', 'ci', 'deployments', 'repository', 'pager', 'telemetry']) {
    await page.getByTestId(`tab-${tab}`).click()
    await page.getByText('Loading…').waitFor({ state: 'detached', ...WAIT })
    for (const details of await page.locator('.outside-panel details:not([open]) > summary').all())
      if (await details.isVisible()) await details.click()
    await seen(`tab-${tab}`)
  }
})

it('faults are found by their words, and all switched off together', async () => {
  const faults = page.getByTestId('faults')
  await faults.locator('summary').first().click()
  expect(await faults.locator('.fault-list > .switch').count()).toBe(5)
  await faults.getByText('People and the channel').click()
  await seen('faults')
  await page.getByTestId('fault-search').fill('pagerduty 429')
  await expect.poll(() => faults.getByRole('switch').count()).toBe(1)
  await page.getByTestId('fault-pager-rate-limited').check()
  await seen('faults-found')
  await page.getByTestId('fault-search').fill('no such words')
  await faults.getByText('No fault has these words.').waitFor(WAIT)
  await page.getByTestId('faults-off').click()
  await faults.getByText('all off').waitFor(WAIT)
  await page.getByTestId('fault-search').fill('')
  await faults.locator('summary').first().click()
})

it('axe finds nothing in the App Home, in a question, and in the forms of commands', async () => {
  await page.getByTestId('start-over').click()
  await seen('question')
  await page.getByTestId('confirm-deny').click()
  await page.getByTestId('app-home').click()
  await page.getByTestId('home').getByText('Capability tokens').first().waitFor(WAIT)
  await seen('home')
  await page.getByTestId('channel-flashfusion-ai').click()
  await started.sandbox.type('/rotation')
  await page.getByText('Only visible to you').waitFor(WAIT)
  await started.sandbox.type('/rotation start')
  await started.sandbox.modal.getByRole('combobox').first().click()
  await seen('list')
  await page.keyboard.press('Escape')
  await page.getByTestId('modal-dismiss').last().click()
  await page.getByTestId('person-bystander').click()
  await started.sandbox.type('/rotation start')
  await started.sandbox.modal.getByText('You may not work on rotations').waitFor(WAIT)
  await seen('refused')
  await page.getByTestId('modal-dismiss').last().click()
})

it('fits into 375 px, where Escape closes what is over the conversation', async () => {
  await page.setViewportSize(NARROW)
  await page.reload()
  await page.getByTestId('composer').waitFor(WAIT)
  const width = () => page.evaluate('document.documentElement.scrollWidth')
  expect(await width()).toBe(NARROW.width)
  await seen('narrow')

  const toggle = page.getByTestId('sidebar-toggle')
  await toggle.click()
  await page.getByTestId('person-operator').waitFor(WAIT)
  await seen('narrow-sidebar')
  expect(await width()).toBe(NARROW.width)
  await page.keyboard.press('Escape')
  await page.getByTestId('person-operator').waitFor({ state: 'hidden', ...WAIT })
  await expect
    .poll(() => toggle.evaluate((element) => element === element.ownerDocument.activeElement))
    .toBe(true)

  await page.getByTestId('outside-toggle').click()
  await seen('narrow-systems')
  expect(await width()).toBe(NARROW.width)
  await page.keyboard.press('Escape')
  await page.getByTestId('tab-secrets').waitFor({ state: 'hidden', ...WAIT })
  await page.setViewportSize(WIDE)
})

it('opens at the newest message', async () => {
  for (let count = 1; count <= 30; count += 1) await started.sandbox.type(`Message ${count}`)
  await page.getByText('Message 30', { exact: true }).waitFor(WAIT)
  await page.reload()
  const newest = page.getByText('Message 30', { exact: true })
  await newest.waitFor(WAIT)
  const distance = () =>
    page.getByRole('log').evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight)
  await expect.poll(distance).toBeLessThan(2)
})

it('is light or dark as the system is, unless somebody chooses', async () => {
  const [light, dark] = ['rgb(255, 255, 255)', 'rgb(23, 27, 32)']
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await backgroundOf('.pane')).toBe(dark)
  await page.getByTestId('appearance').selectOption('Light')
  expect(await backgroundOf('.pane')).toBe(light)
  await page.reload()
  await page.getByTestId('composer').waitFor(WAIT)
  expect(await backgroundOf('.pane')).toBe(light)
  await page.getByTestId('appearance').selectOption('As the system')
  expect(await backgroundOf('.pane')).toBe(dark)
  await page.emulateMedia({ colorScheme: 'light' })
  expect(started.problems).toEqual([])
})

it('says that a bot reconnects before it says that there is none, and keeps the command', async () => {
  const sandbox: Sandbox = await createSandbox({ port: 0, file: ':memory:' })
  const browser: Browser = await openBrowser()
  try {
    const alone = new SandboxPage(await browser.newPage({ viewport: WIDE }))
    await alone.page.clock.install()
    await alone.page.goto(sandbox.url)
    const state = alone.page.getByTestId('bot-state')
    await state.getByText('Reconnecting…').waitFor(WAIT)
    await alone.type('/rotation status')
    await alone.page.getByText('The bot is not connected; it may be reconnecting.').waitFor(WAIT)
    expect(await alone.page.getByTestId('composer').inputValue()).toBe('/rotation status')
    await alone.page.clock.runFor(31_000)
    await state.getByText('No bot connected').waitFor(WAIT)
  } finally {
    await browser.close()
    await sandbox.close()
  }
})
