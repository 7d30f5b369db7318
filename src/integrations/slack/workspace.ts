import { setTimeout as sleep } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import { SlackError, WebAPIRequestError } from '@slack/web-api'
import { wordsOf } from './error-words.ts'
import type { BotIdentity } from './slack-client.ts'
import { describeSlackError, mayPass } from './slack-errors.ts'

/** A network that is slow or not up yet; other failures are explained by a wrong address or proxy as well. */
const SLOW_NETWORK =
  /time-?out|timed out|EAI_AGAIN|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|other side closed/i

/** The bot cannot start; `message` is a sentence for the person who starts it. */
export class StartProblem extends Error {
  /** Whether a retry may help, as when the network is down. */
  readonly passing: boolean
  /** Whether nothing can be reached at Slack's address. */
  readonly unreachable: boolean

  constructor(message: string, passing: boolean, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartProblem'
    this.passing = passing
    this.unreachable =
      options?.cause instanceof WebAPIRequestError && !SLOW_NETWORK.test(wordsOf(options.cause))
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
    throw new StartProblem(`${what}: ${problem}.`, mayPass(error), { cause: error })
  }
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/**
 * Tries a part of the start again while Slack hangs, limits the rate or is in trouble. An address where nobody answers
 * ends the start instead: whoever supervises the bot starts it again.
 *
 * @throws StartProblem when a retry cannot help
 */
export async function untilSlackAnswers<T>(
  part: () => Promise<T>,
  onProblem: (problem: string) => void,
): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await part()
    } catch (error) {
      if (!(error instanceof StartProblem) || !error.passing || error.unreachable) throw error
      onProblem(error.message)
      await sleep(wait * (0.5 + Math.random() / 2))
    }
  }
}
