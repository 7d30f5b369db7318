import { openDirectMessages } from '#integrations/slack/direct-messages'
import type { Context } from '#src/context'

/** Sends a file to a person's direct messages: a message that only one person sees cannot carry one. */
export async function sendFile(
  context: Context,
  user: string,
  file: { name: string; content: string },
): Promise<void> {
  await context.slack.filesUploadV2({
    channel_id: await openDirectMessages(context.slack, user),
    filename: file.name,
    title: file.name,
    content: file.content,
  })
}
