import { LogLevel, type Logger as SlackLogger } from '@slack/web-api'
import type { Logger } from 'pino'

/** Who the bot is in its workspace, from `auth.test`. */
export interface BotIdentity {
  botId: string
  botUserId: string
}

/** What Slack's libraries log, in the bot's own log; their debug lines hold whole payloads and stay out. */
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
