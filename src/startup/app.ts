import { App, SocketModeReceiver } from '@slack/bolt'
import { registerCommands } from '#commands/index'
import { type BotIdentity, slackLogger } from '#integrations/slack/slack-client'
import type { Context } from '#src/context'

export interface BoltApp {
  receiver: SocketModeReceiver
  /** Resolves when no request from Slack is being handled. */
  idle(): Promise<void>
}

/** The Bolt app for Socket Mode with every command registered; it does not connect yet. */
export function createApp(context: Context, identity: BotIdentity): BoltApp {
  const { SLACK_BOT_TOKEN: token, SLACK_APP_TOKEN: appToken, SLACK_API_URL: slackApiUrl } = context.config.env
  const logger = slackLogger(context.log)
  const clientOptions = { ...(slackApiUrl ? { slackApiUrl } : {}), logger, retryConfig: { retries: 0 } }
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    // `keepConnected` reconnects, because the client gives up on some errors.
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
