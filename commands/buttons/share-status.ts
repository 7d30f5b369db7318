import { statusMessage } from '../slash/status.ts'
import type { ButtonHandler } from './button.ts'

/** Posts the status, read anew, where the person asked for it. */
export const shareStatus: ButtonHandler = async ({ channel }, context) => {
  await context.slack.chat.postMessage({
    channel: channel ?? context.channelId,
    ...(await statusMessage(context, false)),
    unfurl_links: false,
  })
}
