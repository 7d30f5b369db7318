import { assertMay } from '#authorization/authorize'
import { takeInteraction } from '#operations/interaction'
import { refreshAges, SHOWN_FOR_MS } from '#operations/scheduled/observe-tokens'
import type { Context } from '#src/context'
import { messageModal } from '#views/message-modal'
import { openModal } from '../open-modal.ts'
import { answerByUrl } from '../respond.ts'
import { sendStatus } from '../slash/status.ts'
import type { ButtonHandler } from './button.ts'

/** Posts the status, as of the last half minute, where the button was pressed; from the App Home, in the configured channel. */
export const shareStatus: ButtonHandler = async ({ responseUrl, user, trigger }, context) => {
  if (responseUrl) {
    await assertMay(context, { user, action: 'share-status' })
    await takeInteraction(context)
    await refreshAges(context, SHOWN_FOR_MS)
    await sendStatus(context, false, (message) =>
      answerByUrl(responseUrl, { response_type: 'in_channel', ...message }),
    )
    return
  }
  await openModal(context, { trigger, title: 'Share status' }, async () => {
    await assertMay(context, { user, action: 'post-status' })
    await takeInteraction(context)
    await postStatus(context)
    return messageModal('Share status', `The current status was posted in ${context.config.channel}.`)
  })
}

async function postStatus(context: Context): Promise<void> {
  await refreshAges(context, SHOWN_FOR_MS)
  await sendStatus(context, false, (message) =>
    context.slack.chat.postMessage({
      channel: context.channelId,
      unfurl_links: false,
      unfurl_media: false,
      ...message,
    }),
  )
}
