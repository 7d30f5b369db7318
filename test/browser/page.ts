import { mkdirSync } from 'node:fs'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })

/** The sandbox's page, used as a person uses it. */
export class SandboxPage {
  readonly page: Page
  readonly #pictures: string | undefined

  /** @param pictures folder for screenshots; none are taken without */
  constructor(page: Page, pictures = process.env.SCREENSHOTS) {
    this.page = page
    this.#pictures = pictures
    if (pictures) mkdirSync(pictures, { recursive: true })
  }

  async picture(name: string, of?: Locator): Promise<void> {
    if (!this.#pictures) return
    const path = `${this.#pictures}/${name}.png`
    await this.page.waitForTimeout(250)
    await (of ? of.screenshot({ path }) : this.page.screenshot({ path }))
  }

  async become(name: string): Promise<void> {
    await this.page.getByTestId(`person-${name}`).click()
  }

  async type(text: string): Promise<void> {
    const composer = this.page.getByTestId('composer')
    const input = composer.locator('textarea, input, [contenteditable]').or(composer).last()
    await input.fill(text)
    await input.press('Escape')
    await input.press('Enter')
  }

  get card(): Locator {
    return this.page
      .getByTestId('message')
      .filter({ has: this.page.locator('[data-block-id]') })
      .filter({ hasText: /R\d+ ·/ })
      .last()
  }

  get modal(): Locator {
    return this.page.getByTestId('modal').last()
  }

  action(id: string): Locator {
    return this.page.locator(`[data-action-id="${id}"]`)
  }

  /** Moves the clock of the sandbox and the bot. */
  async advance(by: '+1h' | '+1d'): Promise<void> {
    await this.page.getByTestId(`clock-${by}`).click()
  }

  /** Deploys to sandbox and staging in the open modal of step 4, and waits until agents work in both. */
  async verifyIntegration(timeout: number): Promise<void> {
    const shown = (words: string | RegExp) => this.modal.getByText(words).first().waitFor({ timeout })
    await this.action('deploy:sandbox').click()
    await shown(/Deployment to sandbox: succeeded/)
    await this.action('deploy:staging').click()
    await shown(/Deployment to staging: succeeded/)
    await shown(/Smoke test in staging: succeeded/)
    await shown(/authentication failures = 0[\s\S]*authentication failures = 0/)
  }

  /** Deploys to production with the button on the card, and waits until the card says that it is verified. */
  async promote(timeout: number): Promise<void> {
    await this.action('deploy:production').first().click()
    await this.modal.getByText('Both roles have signed').waitFor({ timeout })
    await this.submit()
    await this.modal.waitFor({ state: 'detached', timeout })
    const shown = (words: RegExp) => this.page.getByText(words).first()
    // Where the agents are quick to work, the card passes over the first of the two.
    await shown(/Deployment to production: succeeded|production ✓ verified/).waitFor({ timeout })
    const verified = shown(/production ✓ verified/)
    // Results that did not pass are looked at again after a minute.
    if (!(await verified.isVisible())) await this.advance('+1h')
    await verified.waitFor({ timeout })
  }

  /** Waits until the old tokens are disabled, and lets their watch pass. */
  async retire(timeout: number): Promise<void> {
    await this.page
      .getByText(/Old tokens: (?!.*alive).*disabled, watched/)
      .first()
      .waitFor({ timeout })
    await this.page.getByTestId('tab-deployments').click()
    await this.picture('16-old-tokens-disabled')
    await this.advance('+1h')
  }

  async submit(): Promise<void> {
    await this.page.getByTestId('modal-submit').last().click()
  }
}
