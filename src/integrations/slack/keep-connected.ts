import { setTimeout as sleep } from 'node:timers/promises'
import type { SocketModeReceiver } from '@slack/bolt'
import type { Logger } from 'pino'

export interface Connection {
  /** Rejects when Slack refuses or cannot be reached. */
  start(): Promise<void>
  stop(): Promise<void>
  connected(): boolean
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

/**
 * Keeps the Socket Mode connection open: Slack closes it every few hours, and networks fail. Retries without
 * end, with growing waits.
 */
export function keepConnected(receiver: SocketModeReceiver, log: Logger): Connection {
  let stopping = false
  let up = false

  const reconnect = async () => {
    for (let wait = FIRST_WAIT_MS; !stopping; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await receiver.start()
        if (stopping) await receiver.stop()
        return
      } catch (error) {
        log.warn({ error, waitMs: wait }, 'no connection to Slack, trying again')
        await sleep(wait)
      }
    }
  }

  receiver.client.on('connected', () => {
    up = true
    log.info('connected to Slack')
  })

  return {
    async start() {
      await receiver.start()
      receiver.client.on('disconnected', () => {
        if (!up || stopping) return
        up = false
        log.info('disconnected from Slack')
        void reconnect()
      })
    },
    async stop() {
      stopping = true
      if (up) await receiver.stop()
      up = false
    },
    connected: () => up,
  }
}
