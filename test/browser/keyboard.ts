import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

const MOST_STOPS = 150

/** Uses the page without a mouse. */
export class Keyboard {
  readonly #page: Page
  constructor(page: Page) {
    this.#page = page
  }

  isOn = (place: Locator): Promise<boolean> =>
    place.evaluate((element) => element.contains(element.ownerDocument.activeElement)).catch(() => false)

  /** Presses Tab until the focus is there. @returns the number of presses */
  async tabTo(place: Locator): Promise<number> {
    await place.waitFor()
    for (let stops = 0; stops < MOST_STOPS; stops += 1) {
      if (await this.isOn(place)) return stops
      await this.#page.keyboard.press('Tab')
    }
    throw new Error(`The keyboard does not reach ${place}.`)
  }

  async press(place: Locator): Promise<void> {
    await this.tabTo(place)
    await this.#page.keyboard.press('Enter')
  }

  /** Presses a button of the guide, once the guide is at that step. */
  async followGuide(step: string | RegExp, label: string): Promise<void> {
    const guide = this.#page.getByTestId('guide')
    await expect.poll(() => guide.getAttribute('data-step'), { timeout: 60_000 }).toMatch(step)
    await this.press(guide.getByRole('button', { name: label }))
  }

  /** Ticks what a form asks, and presses its button until it is accepted: its checks may not have ended. */
  async complete(form: Locator): Promise<void> {
    await expect
      .poll(
        async () => {
          if ((await form.count()) === 0) return true
          for (const box of await form.getByRole('checkbox', { checked: false }).all()) {
            await this.tabTo(box)
            await this.#page.keyboard.press('Space')
          }
          await this.press(form.getByTestId('modal-submit'))
          return form.waitFor({ state: 'detached', timeout: 4_000 }).then(
            () => true,
            () => false,
          )
        },
        { timeout: 90_000 },
      )
      .toBe(true)
  }
}
