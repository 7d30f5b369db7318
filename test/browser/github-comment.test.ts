import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findRotation } from '#db/queries/rotations'
import { approvals } from '#domain/rotation/rotation'
import { eventually, wordsOf } from '#test/support/person'
import { completeAllSteps, openSignOff, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'
import { openBrowser, SandboxPage } from './page.ts'

let workspace: Workspace
let browser: Browser
beforeAll(async () => {
  workspace = await openWorkspace({
    configure: (config) => ({
      ...config,
      'sign-off': { confirm: 'github' },
      people: { ...config.people, github: { U0DEVOPSLEAD: 'devops-lead', U0AIOPSOWNER: 'ai-ops-owner' } },
    }),
  })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await workspace.close()
})

it('a signature is confirmed with a comment that is written on the page', async () => {
  const { operator, devopsLead } = workspace
  await start(operator, { scope: ['environment:staging', 'agent:evaluator'] })
  await completeAllSteps(operator, 'R1')
  await devopsLead.submit(await openSignOff(devopsLead, 'R1', 'devops-lead'), {})
  const words = await eventually(async () => {
    const shown = wordsOf(await devopsLead.views())
    return shown.includes('confirm it on GitHub') && shown
  }, 'what is left to do')
  const digest = /[0-9a-f]{64}/.exec(words)?.[0] ?? ''
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(`${workspace.sandbox.url}/#repository`)
  const sandbox = new SandboxPage(page)
  const form = page.getByTestId('write-comment')
  await form.locator('summary').click()
  const comment = async (as: string, body: string) => {
    await form.getByLabel('As').selectOption(as)
    await form.getByLabel('Comment').fill(body)
    await form.getByRole('button', { name: 'Comment' }).click()
    await expect.poll(() => form.getByLabel('Comment').inputValue()).toBe('')
  }
  const says = (part: string) => operator.card('R1', part)
  await comment('bystander', digest)
  await says('is not the approver’s account on GitHub')
  await comment('devops-lead', digest.slice(0, 63))
  await says('has another digest: copy the whole one into a new comment')
  await page.locator('[data-testid^="issue-"]').first().locator('summary').first().click()
  const wrong = page.locator('[data-testid^="comment-"]').last()
  await wrong.locator('summary').first().click()
  await wrong.locator('[data-testid^="edit-comment-"] summary').click()
  await wrong.getByLabel('Comment').fill(digest)
  await operator.post('clock', { advanceMs: 2_000 })
  await wrong.getByRole('button', { name: 'Save' }).click()
  await says('was edited, so it does not count: write a new one')
  await form.scrollIntoViewIfNeeded()
  await sandbox.picture('github-comment')
  await page.emulateMedia({ colorScheme: 'dark' })
  await sandbox.picture('github-comment-dark')
  await comment('devops-lead', digest)
  await expect
    .poll(async () => {
      const rotation = await findRotation(workspace.bot.context.db, 1)
      return rotation && approvals(rotation).map(({ role }) => role)
    })
    .toEqual(['devops-lead'])
  expect(problems).toEqual([])
})
