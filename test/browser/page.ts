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

  async submit(): Promise<void> {
    await this.page.getByTestId('modal-submit').last().click()
  }
}
