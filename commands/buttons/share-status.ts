import { answerByUrl } from '../respond.ts'
import { statusMessage } from '../slash/status.ts'
import type { ButtonHandler } from './button.ts'

/** Posts the status, read anew, where the person asked for it. */
export const shareStatus: ButtonHandler = async ({ responseUrl }, context) => {
  if (!responseUrl) throw new TypeError('share-status outside a message')
  await answerByUrl(responseUrl, { response_type: 'in_channel', ...(await statusMessage(context, false)) })
}
