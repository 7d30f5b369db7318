import { LogLevel, type Logger as SlackLogger } from '@slack/web-api'
import type { Logger } from 'pino'

/** Until a call of the Web API must be answered, in milliseconds. */
export const SLACK_TIMEOUT_MS = 10_000

/** From `auth.test`. */
export interface BotIdentity {
  botId: string
  botUserId: string
}

/** Logs of Slack's libraries in the bot's log. Their debug lines contain whole payloads and are dropped. */
export function slackLogger(log: Logger): SlackLogger {
  const text = (words: unknown[]) => words.map(String).join(' ')
  return {
    debug() {},
    info: (...words) => log.debug(text(words)),
    warn: (...words) => log.warn(text(words)),
    error: (...words) => log.error(text(words)),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  }
}
