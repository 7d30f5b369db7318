import { NotReadable } from '#domain/tokens/secret'
import type { Context } from '#src/context'

/** Sends a file to a person's direct messages: a message that only one person sees cannot carry one. */
export async function sendFile(
  context: Context,
  user: string,
  file: { name: string; content: string },
): Promise<void> {
  const { channel } = await context.slack.conversations.open({ users: user })
  if (!channel?.id) throw new NotReadable('Slack did not open your direct messages with the bot')
  await context.slack.filesUploadV2({
    channel_id: channel.id,
    filename: file.name,
    title: file.name,
    content: file.content,
  })
}
