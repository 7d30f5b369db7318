import { help } from '#views/help'
import { answerByUrl } from '../respond.ts'
import { SUBCOMMANDS } from '../slash/index.ts'
import type { ButtonHandler } from './button.ts'

/** `show-help` below what waits for a person: every command, which anybody may read. */
export const showHelp: ButtonHandler = async ({ responseUrl }) => {
  if (responseUrl) await answerByUrl(responseUrl, { response_type: 'ephemeral', ...help(SUBCOMMANDS) })
}
