import { NotReadable } from '#domain/tokens/secret'
import type { Context } from '#src/context'

/** Sends a file as a direct message, because an ephemeral message cannot have one. */
export async function sendFile(
  context: Context,
  user: string,
  file: { name: string; content: string },
): Promise<void> {
  const { channel } = await context.slack.conversations.open({ users: user })
  if (!channel?.id) throw new NotReadable('Slack did not open a direct message with you')
  await context.slack.filesUploadV2({
    channel_id: channel.id,
    filename: file.name,
    title: file.name,
    content: file.content,
  })
}
