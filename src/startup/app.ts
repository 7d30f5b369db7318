import { App, type Receiver } from '@slack/bolt'
import { registerCommands } from '#commands/index'
import type { Incoming } from '#integrations/slack/open-socket'
import { type BotIdentity, SLACK_TIMEOUT_MS, slackLogger } from '#integrations/slack/slack-client'
import type { Context } from '#src/context'

export interface BoltApp {
  /** Handles what came over a connection to Slack. Never throws. */
  receive(incoming: Incoming): void
  /** Resolves when no request from Slack is being handled. */
  idle(): Promise<void>
}

/** `keepConnected` starts and stops the connections. */
const RECEIVER: Receiver = { init() {}, async start() {}, async stop() {} }

/** The Bolt app with every command registered. */
export function createApp(context: Context, identity: BotIdentity): BoltApp {
  const { SLACK_BOT_TOKEN: token, SLACK_API_URL: slackApiUrl } = context.config.env
  const logger = slackLogger(context.log)
  const clientOptions = {
    ...(slackApiUrl ? { slackApiUrl } : {}),
    logger,
    timeout: SLACK_TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  }
  const app = new App({ token, receiver: RECEIVER, logger, clientOptions, ...identity })
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
    receive({ body, ack, retryNum, retryReason }) {
      const event = {
        body,
        ack: onlyOnce(ack),
        ...(retryNum === undefined ? {} : { retryNum }),
        ...(retryReason === undefined ? {} : { retryReason }),
      }
      app.processEvent(event).catch((error: unknown) => {
        context.log.error({ error }, 'a request from Slack could not be read and was ignored')
      })
    },
    async idle() {
      await Promise.allSettled(running)
    },
  }
}

function onlyOnce(ack: Incoming['ack']): Incoming['ack'] {
  let acknowledged = false
  return async (response) => {
    if (acknowledged) return
    acknowledged = true
    await ack(response)
  }
}
