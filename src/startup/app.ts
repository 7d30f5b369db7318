import { App, type Receiver } from '@slack/bolt'
import { registerCommands } from '#commands/index'
import type { Incoming } from '#integrations/slack/open-socket'
import { type BotIdentity, SLACK_TIMEOUT_MS, slackLogger } from '#integrations/slack/slack-client'
import type { Context } from '#src/context'
import type { Metrics } from './health/metrics.ts'

export interface BoltApp {
  /** Handles what came over a connection to Slack. Never throws. */
  receive(incoming: Incoming): void
  /** Resolves when no request from Slack is being handled. */
  idle(): Promise<void>
}

/** `keepConnected` starts and stops the connections. */
const RECEIVER: Receiver = { init() {}, async start() {}, async stop() {} }

/** The Bolt app with every command registered. */
export function createApp(context: Context, identity: BotIdentity, metrics?: Metrics): BoltApp {
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
    receive({ type, body, ack, retryNum, retryReason }) {
      const kind = kindOf(type, body)
      const arrived = performance.now()
      let ackMs: number | null = null
      const event = {
        body,
        ack: onlyOnce(async (response) => {
          await ack(response)
          ackMs = performance.now() - arrived
        }),
        ...(retryNum === undefined ? {} : { retryNum }),
        ...(retryReason === undefined ? {} : { retryReason }),
      }
      app
        .processEvent(event)
        .then(() => metrics?.interaction(kind, 'handled', ackMs))
        .catch((error: unknown) => {
          metrics?.interaction(kind, 'failed', ackMs)
          context.log.error({ error }, 'a request from Slack could not be read and was ignored')
        })
    },
    async idle() {
      await Promise.allSettled(running)
    },
  }
}

const INTERACTIONS = ['block_actions', 'view_submission', 'view_closed']

/** A bounded name for what came: the label of its metrics. */
function kindOf(type: string, body: Incoming['body']): string {
  if (type === 'slash_commands') return 'command'
  if (type === 'events_api') return 'event'
  return INTERACTIONS.find((each) => each === body.type) ?? 'other'
}

function onlyOnce(ack: Incoming['ack']): Incoming['ack'] {
  let acknowledged = false
  return async (response) => {
    if (acknowledged) return
    acknowledged = true
    await ack(response)
  }
}
