import type { WebClient } from '@slack/web-api'
import { StartProblem, startCall } from './workspace.ts'

/** The id of the configured channel, with the bot as a member. @throws StartProblem */
export async function findChannel(slack: WebClient, channel: string): Promise<string> {
  const found = channel.startsWith('#')
    ? await findByName(slack, channel.slice(1))
    : (await startCall(`The channel ${channel}`, () => slack.conversations.info({ channel }))).channel
  if (!found?.id)
    throw new StartProblem(
      `The channel ${channel} is not in the workspace, or is private and the bot was not invited. Create it, or invite the bot, or name another in the config (channel).`,
      false,
    )
  if (!found.is_member)
    throw new StartProblem(
      `The bot is not in the channel ${channel}, so it cannot post there. Invite it with /invite.`,
      false,
    )
  return found.id
}

async function findByName(slack: WebClient, name: string) {
  let cursor: string | undefined
  do {
    const page = await startCall('The list of channels', () =>
      slack.conversations.list({
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: 200,
        ...(cursor ? { cursor } : {}),
      }),
    )
    const found = page.channels?.find((each) => each.name === name)
    if (found) return found
    cursor = page.response_metadata?.next_cursor || undefined
  } while (cursor)
  return undefined
}
