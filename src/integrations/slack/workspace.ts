import type { WebClient } from '@slack/web-api'
import { SlackError } from '@slack/web-api'
import type { BotIdentity } from './slack-client.ts'
import { describeSlackError, readCode } from './slack-errors.ts'

/** The bot cannot start; `message` is a sentence for the person who starts it. */
export class StartProblem extends Error {
  /** Whether a retry may help, as when the network is down. */
  readonly passing: boolean

  constructor(message: string, passing: boolean, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartProblem'
    this.passing = passing
  }
}

export interface Identity extends BotIdentity {
  teamId: string
}

/** The bot's identity. @throws StartProblem */
export async function identify(slack: WebClient): Promise<Identity> {
  const {
    team_id: teamId,
    bot_id: botId,
    user_id: botUserId,
  } = await startCall('SLACK_BOT_TOKEN', () => slack.auth.test())
  if (!teamId || !botId || !botUserId)
    throw new StartProblem('SLACK_BOT_TOKEN is not a bot token: Slack knows no bot for it.', false)
  return { teamId, botId, botUserId }
}

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

/** A call that the start depends on. @throws StartProblem when Slack refuses */
export async function startCall<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof SlackError)) throw error
    const { problem } = describeSlackError(error)
    throw new StartProblem(`${what}: ${problem}.`, readCode(error) === null, { cause: error })
  }
}
