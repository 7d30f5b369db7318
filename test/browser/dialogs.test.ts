import { afterAll, beforeAll, expect, it } from 'vitest'
import { type StartedPage, startPage } from './started-page.ts'

const WAIT = { timeout: 30_000 }

let started: StartedPage
beforeAll(async () => {
  started = await startPage()
})
afterAll(() => started.close())

it('the form that starts says what follows for the tokens that are chosen, and keeps what is typed', async () => {
  const { sandbox } = started
  const { page } = sandbox
  await sandbox.type('/rotation start')
  const { modal } = sandbox
  await modal.locator('textarea').first().fill('Production is due first.')
  const tokens = modal.getByRole('combobox').first()
  await tokens.click()
  await modal.getByRole('option', { name: 'Every token' }).click()
  await modal.getByRole('option', { name: 'production' }).click()
  await modal.getByText('verifies nothing in staging').waitFor(WAIT)
  // The list stays open for the next choice.
  expect(await modal.getByRole('listbox').count()).toBe(1)
  expect(await modal.locator('.chip').allInnerTexts()).toEqual([expect.stringContaining('production')])
  expect(await modal.locator('textarea').first().inputValue()).toBe('Production is due first.')
  await page.keyboard.press('Tab')
  await modal.getByRole('listbox').waitFor({ state: 'detached', ...WAIT })
  await sandbox.picture('45-start-production')
  await tokens.click()
  await modal.getByRole('option', { name: 'staging' }).click()
  await modal.getByText('verifies nothing in staging').waitFor({ state: 'detached', ...WAIT })
  await page.keyboard.press('Escape')
  await modal.getByRole('listbox').waitFor({ state: 'detached', ...WAIT })
  await page.getByTestId('modal-dismiss').last().click()
  await modal.waitFor({ state: 'detached', ...WAIT })
})

it('the list of a field closes when the focus leaves it, and Escape asks before it throws away what was typed', async () => {
  const { sandbox } = started
  const { page } = sandbox
  await sandbox.type('/rotation start')
  await sandbox.modal.locator('textarea').first().fill('Thirty days are over.')
  await sandbox.modal.getByRole('combobox').first().click()
  await sandbox.modal.getByRole('listbox').waitFor(WAIT)
  await page.keyboard.press('Tab')
  await sandbox.modal.getByRole('listbox').waitFor({ state: 'detached', ...WAIT })
  await page.keyboard.press('Escape')
  await page.getByTestId('confirm-deny').click()
  expect(await sandbox.modal.locator('textarea').first().inputValue()).toBe('Thirty days are over.')
  await sandbox.submit()
  await sandbox.card.waitFor(WAIT)
})

it('offers no form while every token is in an open rotation', async () => {
  const { sandbox } = started
  await sandbox.card.waitFor(WAIT)
  await sandbox.type('/rotation start')
  await sandbox.modal.getByText('already covers all 9 tokens').waitFor(WAIT)
  expect(await sandbox.modal.getByRole('combobox').count()).toBe(0)
  await sandbox.picture('46-nothing-free')
  await sandbox.page.getByTestId('modal-dismiss').last().click()
})

it('an update of a modal clears the refusal before it, and a modal on top covers it', async () => {
  const { sandbox } = started
  const { page } = sandbox
  await sandbox.action('open-step:inventory-review').first().click()
  await sandbox.modal.getByRole('button', { name: 'Run again' }).waitFor(WAIT)
  await sandbox.modal.locator('textarea').first().fill('no link')
  await sandbox.submit()
  await sandbox.modal.getByText('Not a valid link').waitFor(WAIT)
  await sandbox.modal.getByRole('button', { name: 'Run again' }).click()
  await sandbox.modal.getByText('Not a valid link').waitFor({ state: 'detached', ...WAIT })
  expect(await sandbox.modal.locator('textarea').first().inputValue()).toBe('no link')
  expect(await page.evaluate("getComputedStyle(document.querySelector('.modal-seat')).isolation")).toBe(
    'isolate',
  )
  await page.getByTestId('modal-dismiss').last().click()
})

it('a form that was refused is sent again at once, however slowly the page learns what changed', async () => {
  const { sandbox } = started
  const { page } = sandbox
  await sandbox.action('open-step:inventory-review').first().click()
  await sandbox.modal.getByText('9 secrets listed').first().waitFor(WAIT)
  const link = sandbox.modal.locator('[data-block-id="evidence"] textarea')
  await link.fill('no link')
  const answered = Promise.withResolvers<void>()
  const readings = /\/slack\/(views|conversation|workspace)\?/
  await page.route(readings, async (route) => {
    await answered.promise
    await route.continue()
  })
  await sandbox.submit()
  await sandbox.modal.getByText('Not a valid link').waitFor(WAIT)
  await link.fill('https://wiki.example/inventory/november')
  const sentAgain = page.waitForRequest('**/slack/view-submission', { timeout: 5_000 })
  await sandbox.submit()
  await sentAgain
  answered.resolve()
  await sandbox.modal.waitFor({ state: 'detached', ...WAIT })
  await page.unrouteAll({ behavior: 'wait' })
})

it('a command is sent while the one before it has no answer yet', async () => {
  const { sandbox } = started
  const { page } = sandbox
  const answered = Promise.withResolvers<void>()
  const sent: string[] = []
  await page.route('**/slack/command', async (route) => {
    sent.push(route.request().postDataJSON().text)
    await answered.promise
    await route.continue()
  })
  await sandbox.type('/rotation help')
  await sandbox.type('/rotation history')
  await expect.poll(() => sent, WAIT).toEqual(['/rotation help', '/rotation history'])
  answered.resolve()
  await page.unrouteAll({ behavior: 'wait' })
  await page.getByText('Only visible to you').nth(1).waitFor(WAIT)
})

it('loses none of two commands that could not be sent', async () => {
  const { sandbox } = started
  const { page } = sandbox
  const answered = Promise.withResolvers<void>()
  await page.route('**/slack/command', async (route) => {
    await answered.promise
    await route.fulfill({ json: { ok: false, error: 'dispatch_failed' } })
  })
  await sandbox.type('/rotation help')
  await sandbox.type('/rotation history')
  answered.resolve()
  const problem = page.getByTestId('composer-problem')
  await problem.getByText('was not sent. The bot is not connected').waitFor(WAIT)
  const kept = `${await page.getByTestId('composer').inputValue()} ${await problem.innerText()}`
  expect(kept).toContain('/rotation help')
  expect(kept).toContain('/rotation history')
  await page.unrouteAll({ behavior: 'wait' })
  await page.getByTestId('composer').fill('')
})

it('has its tabs in one row at 1280 pixels, counters inside their table, and names who acts at 375', async () => {
  const { page } = started.sandbox
  await page.setViewportSize({ width: 1280, height: 860 })
  await page.getByTestId('tab-telemetry').click()
  const isCut = await page.locator('.tabs').evaluate((tabs) => tabs.scrollWidth > tabs.clientWidth)
  expect(isCut).toBe(false)
  await started.sandbox.picture('42-tabs')
  const left = (selector: string) =>
    page.evaluate(`(() => {
    const range = document.createRange()
    range.selectNodeContents(document.querySelector('${selector}'))
    return range.getBoundingClientRect().left
  })()`)
  expect(await left('.tabs button')).toBe(await left('header:has(+ .tabs) h2'))
  const counters = page.locator('.counters').first()
  await counters.waitFor(WAIT)
  expect(
    await counters
      .locator('th')
      .evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth)),
  ).toEqual([])
  await page.setViewportSize({ width: 375, height: 812 })
  await page.getByText('as On-call operator').first().waitFor(WAIT)
  await started.sandbox.picture('43-tabs-narrow')
  expect(started.problems).toEqual([])
})
