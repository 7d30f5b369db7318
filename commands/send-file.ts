import { openDirectMessages } from '#integrations/slack/direct-messages'
import { takeInteraction } from '#operations/interaction'
import type { Context } from '#src/context'

/** Sends a file as a direct message, because an ephemeral message cannot have one. */
export async function sendFile(
  context: Context,
  user: string,
  file: { name: string; content: string },
): Promise<void> {
  await takeInteraction(context)
  await context.slack.filesUploadV2({
    channel_id: await openDirectMessages(context.slack, user),
    filename: file.name,
    title: file.name,
    content: file.content,
  })
}
