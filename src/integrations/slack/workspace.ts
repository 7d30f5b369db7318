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
