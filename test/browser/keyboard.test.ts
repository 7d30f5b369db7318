import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violations } from './axe.ts'
import { Keyboard } from './keyboard.ts'
import type { SandboxPage } from './page.ts'
import { type StartedPage, startPage } from './started-page.ts'

const WAIT = { timeout: 60_000 }

/** From the first screen to the last revoked token, as the guide says, without a mouse; each state is read by axe. */
describe('the guide, by keyboard', () => {
  let started: StartedPage
  let sandbox: SandboxPage
  let keyboard: Keyboard
  beforeAll(async () => {
    started = await startPage()
    sandbox = started.sandbox
    keyboard = new Keyboard(sandbox.page)
  })
  afterAll(() => started.close())

  /** Opens what the guide shows on the card, and waits for the form. */
  const open = async (step: string) => {
    await keyboard.followGuide(step, 'Show me')
    await sandbox.page.keyboard.press('Enter')
    const first = '[data-action-id="start-workflow"], [data-action-id="deploy:sandbox"]'
    await sandbox.modal.getByTestId('modal-submit').or(sandbox.modal.locator(first)).first().waitFor(WAIT)
  }

  const seen = async (name: string) => {
    expect(await violations(sandbox.page), name).toEqual([])
    await sandbox.picture(`50-${name}`)
  }

  it('tells a newcomer what a token opens, and reaches the field in three stops', async () => {
    const guide = sandbox.page.getByTestId('guide')
    await guide.getByText('whoever holds it can do there whatever that agent may do').waitFor(WAIT)
    expect(await guide.getByRole('paragraph').filter({ hasText: /\S/ }).count()).toBe(3)
    await seen('first')
    expect(await keyboard.tabTo(sandbox.page.getByTestId('composer'))).toBeLessThanOrEqual(3)
  })

  it('starts a rotation with one button', async () => {
    await keyboard.followGuide('start', 'Start a rotation')
    await sandbox.modal.getByText('Which tokens').waitFor(WAIT)
    await keyboard.tabTo(sandbox.modal.getByLabel('Why now?').or(sandbox.modal.locator('textarea').first()))
    await sandbox.page.keyboard.type('Thirty days are over for one token.')
    await seen('start')
    await keyboard.complete(sandbox.modal)
  })

  it('completes the five steps', { timeout: 400_000 }, async () => {
    for (const step of ['inventory-review', 'automation-health']) {
      await open(`open-step:${step}`)
      await sandbox.modal.getByRole('button', { name: 'Run again' }).waitFor(WAIT)
      await seen(step)
      await keyboard.complete(sandbox.modal)
    }

    await open('open-step:rotation-execution')
    await keyboard.press(sandbox.modal.locator('[data-action-id="start-workflow"]'))
    await sandbox.modal
      .getByText(/9 of 9 tokens/)
      .first()
      .waitFor(WAIT)
    await seen('rotation-execution')
    await keyboard.complete(sandbox.modal)

    await open('open-step:integration-verification')
    for (const environment of ['sandbox', 'staging']) {
      await keyboard.press(sandbox.modal.locator(`[data-action-id="deploy:${environment}"]`))
      await sandbox.modal
        .getByText(new RegExp(`Deployment to ${environment}.*succeeded`))
        .first()
        .waitFor(WAIT)
    }
    await sandbox.modal
      .getByText(/Smoke test in staging.*succeeded/)
      .first()
      .waitFor(WAIT)
    await seen('integration-verification')
    await keyboard.complete(sandbox.modal)

    await open('open-step:audit-logging')
    await seen('audit-logging')
    await keyboard.complete(sandbox.modal)
  })

  it('is signed by two people', { timeout: 240_000 }, async () => {
    for (const [role, name] of [
      ['devops-lead', 'DevOps lead'],
      ['ai-ops-owner', 'AI Ops owner'],
    ] as const) {
      await keyboard.followGuide(`become-${role}`, `Switch to ${name}`)
      await open(`sign-${role}`)
      await seen(`sign-off-${role}`)
      await keyboard.complete(sandbox.modal)
    }
  })

  it('deploys production, and waits with the clock until no old token works', {
    timeout: 400_000,
  }, async () => {
    await keyboard.followGuide('become-operator', 'Switch to On-call operator')
    await open('deploy:production')
    await seen('deploy')
    await keyboard.complete(sandbox.modal)
    await expect
      .poll(
        async () => {
          const step = await sandbox.page.getByTestId('guide').getAttribute('data-step')
          if (step === 'done') return step
          const later = sandbox.page.getByTestId('guide').getByRole('button', { name: '1 hour later' })
          if ((await later.count()) > 0) await keyboard.press(later)
          return step
        },
        { timeout: 180_000, interval: 5_000 },
      )
      .toBe('done')
    await sandbox.page.getByText('R1 complete').first().waitFor(WAIT)
    await seen('complete')
  })

  it('then offers a failing workflow, an incident, and 30 days later, when a reminder is sent', async () => {
    const offers = sandbox.page.getByTestId('guide').getByRole('button')
    expect(await offers.allInnerTexts()).toEqual(['A failing workflow', 'An incident', '30 days later', ''])
    await keyboard.followGuide('done', 'An incident')
    await sandbox.modal.getByTestId('modal-submit').waitFor(WAIT)
    await seen('incident')
    await sandbox.page.keyboard.press('Escape')
    await sandbox.modal.waitFor({ state: 'detached', ...WAIT })

    await keyboard.followGuide('done', 'A failing workflow')
    await sandbox.modal.getByText('Which tokens').waitFor(WAIT)
    await sandbox.page.keyboard.press('Escape')
    await sandbox.page.getByTestId('faults-on').waitFor(WAIT)

    await keyboard.followGuide('done', '30 days later')
    await sandbox.page
      .getByText(/9 tokens (due today|overdue for)/)
      .first()
      .waitFor(WAIT)
    expect(started.problems).toEqual([])
  })
})
