import { assertMay } from '#authorization/authorize'
import { help } from '#views/help'
import { answerByUrl } from '../respond.ts'
import { SUBCOMMANDS } from '../slash/index.ts'
import { sendStatus } from '../slash/status.ts'
import type { ButtonHandler } from './button.ts'

/** `show-status` below what waits for a person: the status, to them alone. */
export const showStatus: ButtonHandler = async ({ responseUrl, user }, context) => {
  await assertMay(context, { user, action: 'read-status' })
  await sendStatus(context, true, async (message) => {
    if (responseUrl) await answerByUrl(responseUrl, { response_type: 'ephemeral', ...message })
  })
}

/** `show-help`: every command. */
export const showHelp: ButtonHandler = async ({ responseUrl }) => {
  if (responseUrl) await answerByUrl(responseUrl, { response_type: 'ephemeral', ...help(SUBCOMMANDS) })
}
