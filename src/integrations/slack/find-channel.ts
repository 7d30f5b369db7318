import type { WebClient } from '@slack/web-api'
import {
  type ChannelNames,
  findOutdatedName,
  type KnownChannel,
  type OutdatedName,
} from '#domain/ports/known-channel'
import { readCode } from './slack-errors.ts'
import { StartProblem, startCall } from './workspace.ts'

export interface FoundChannel {
  id: string
  /** That the bot is not in it, a sentence; null when it is, or the channel is in another trouble. */
  obstacle: string | null
  /** Null when the config's name is right. */
  outdated: OutdatedName | null
}

/**
 * The channel that the config names. One that was found for the same name before is known by its id, also when it was
 * renamed or archived, or the bot was removed from it: the bot starts, and reports that while it runs.
 *
 * @param known as stored by an earlier start
 * @throws StartProblem
 */
export async function findChannel(
  slack: WebClient,
  configured: string,
  known: KnownChannel | undefined,
): Promise<FoundChannel> {
  if (known?.configured !== configured)
    return { id: await findJoinedChannel(slack, configured), obstacle: null, outdated: null }
  const { id } = known
  const channel = await readChannel(slack, known)
  const obstacle =
    channel && !channel.is_member && !channel.is_archived ? notJoined(`#${channel.name}`) : null
  if (!configured.startsWith('#')) return { id, obstacle, outdated: null }
  const names = await compareNames(slack, configured, channel?.name ?? null)
  return { id, obstacle, outdated: findOutdatedName(known, names) }
}

const notJoined = (channel: string): string =>
  `The bot is not in the channel ${channel}, so it cannot post there. Invite it with /invite.`

/** Null when the bot does not see it. */
function readChannel(slack: WebClient, { id, configured }: KnownChannel) {
  return startCall(`The channel ${configured} (${id})`, async () => {
    try {
      return (await slack.conversations.info({ channel: id })).channel ?? null
    } catch (error) {
      if (readCode(error) === 'channel_not_found') return null
      throw error
    }
  })
}

async function compareNames(
  slack: WebClient,
  configured: string,
  name: string | null,
): Promise<ChannelNames> {
  if (`#${name}` === configured) return { name, namesake: null }
  return { name, namesake: (await findByName(slack, configured.slice(1)))?.id ?? null }
}

/** The id of the configured channel, with the bot as a member. */
async function findJoinedChannel(slack: WebClient, channel: string): Promise<string> {
  const found = channel.startsWith('#')
    ? await findByName(slack, channel.slice(1))
    : (await startCall(`The channel ${channel}`, () => slack.conversations.info({ channel }))).channel
  if (!found?.id)
    throw new StartProblem(
      `The channel ${channel} is not in the workspace, or is private and the bot was not invited. Create it, or invite the bot, or name another in the config (channel).`,
      false,
    )
  if (!found.is_member) throw new StartProblem(notJoined(channel), false)
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
