import { App, LogLevel, type Logger as SlackLogger, SocketModeReceiver } from '@slack/bolt'
import type { Logger } from 'pino'
import { registerCommands } from '#commands/index'
import type { Context } from './context.ts'

/** Who the bot is in its workspace, from `auth.test`. */
export interface BotIdentity {
  botId: string
  botUserId: string
}

export interface BoltApp {
  receiver: SocketModeReceiver
  /** Resolves when nothing that people asked for is being carried out. */
  idle(): Promise<void>
}

/** The Bolt app over Socket Mode, with every command registered; not connected yet. */
export function createApp(context: Context, identity: BotIdentity): BoltApp {
  const { SLACK_BOT_TOKEN: token, SLACK_APP_TOKEN: appToken, SLACK_API_URL: slackApiUrl } = context.config.env
  const logger = slackLogger(context.log)
  const clientOptions = { ...(slackApiUrl ? { slackApiUrl } : {}), logger, retryConfig: { retries: 0 } }
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    // The client's own reconnect gives up on some errors; `keepConnected` does not.
    autoReconnectEnabled: false,
    installerOptions: { clientOptions },
  })
  const app = new App({ token, receiver, logger, clientOptions, ...identity })
  app.error(async (error) => {
    context.log.error({ error }, 'a request from Slack was not handled')
  })
  const running = new Set<Promise<void>>()
  app.use(async ({ next }) => {
    const work = next()
    running.add(work)
    await work.finally(() => running.delete(work))
  })
  registerCommands(app, context)
  return {
    receiver,
    async idle() {
      await Promise.allSettled(running)
    },
  }
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
