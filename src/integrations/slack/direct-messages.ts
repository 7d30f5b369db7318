import type { WebClient } from '@slack/web-api'
import { NotReadable } from '#domain/tokens/secret'

/** The id of the bot's direct messages with a person. @throws NotReadable when Slack does not open them */
export async function openDirectMessages(slack: WebClient, user: string): Promise<string> {
  const { channel } = await slack.conversations.open({ users: user })
  if (!channel?.id) throw new NotReadable('Slack did not open the direct messages with the bot')
  return channel.id
}
