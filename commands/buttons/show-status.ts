import { assertMay } from '#authorization/authorize'
import { answerByUrl } from '../respond.ts'
import { sendStatus } from '../slash/status.ts'
import type { ButtonHandler } from './button.ts'

/** `show-status` below what waits for a person: the status, to them alone. */
export const showStatus: ButtonHandler = async ({ responseUrl, user }, context) => {
  await assertMay(context, { user, action: 'read-status' })
  await sendStatus(context, true, async (message) => {
    if (responseUrl) await answerByUrl(responseUrl, { response_type: 'ephemeral', ...message })
  })
}
