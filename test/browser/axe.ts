import axe from 'axe-core'
import type { Page } from 'playwright-core'

/**
 * The violations of axe's rules in what the page shows now, in light and in dark; the page is left in light.
 *
 * @returns one line a violation: the rule, the place, and what is wrong
 */
export async function violations(page: Page): Promise<string[]> {
  const found = new Set<string>()
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    // Evaluated by the debugger, because the page's content security policy allows no other scripts.
    await page.evaluate(axe.source)
    const lines: string[] = await page.evaluate(`
      axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => id + ' | ' + target.join(' ') + ' | ' + failureSummary)))`)
    for (const line of lines) found.add(`${colorScheme} | ${line}`)
  }
  return [...found]
}
