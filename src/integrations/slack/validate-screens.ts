import type { View } from '@slack/types'
import { WebAPIPlatformError, type WebClient } from '@slack/web-api'
import type { ScreenProblems } from '#domain/ports/diagnostics'
import { errorText } from '#redaction/error-text'
import { readCode, toNotReadable } from './slack-errors.ts'

export type Screen = { name: string } & ({ view: View } | { message: { blocks: object[] } })

/** How Slack answers what is not valid. */
const INVALID: readonly (string | null)[] = ['invalid_blocks', 'invalid_message', 'invalid_view']

/**
 * Sends each screen once through `blocks.validate`, which shows it to nobody and needs no scope.
 *
 * @returns what Slack refuses; null where it does not have the method
 * @throws NotReadable
 */
export async function validateScreens(slack: WebClient, screens: Screen[]): Promise<ScreenProblems | null> {
  const problems: ScreenProblems['problems'] = []
  for (const screen of screens) {
    try {
      await slack.blocks.validate(
        'view' in screen ? { view: screen.view } : { message: { blocks: screen.message.blocks as [] } },
      )
    } catch (error) {
      const code = readCode(error)
      if (code === 'unknown_method') return null
      if (!INVALID.includes(code)) throw toNotReadable('Whether Slack takes the bot’s views', error)
      problems.push({ screen: screen.name, problem: wordsOf(error) })
    }
  }
  return { screens: screens.length, problems }
}

/** The first thing that Slack complains about, with its place. */
function wordsOf(error: unknown): string {
  const { errors } = (error instanceof WebAPIPlatformError ? error.data : {}) as {
    errors?: { message?: string; pointer?: string }[]
  }
  const [first] = errors ?? []
  return first ? errorText(`${first.message ?? 'not valid'} at ${first.pointer ?? '?'}`) : errorText(error)
}
