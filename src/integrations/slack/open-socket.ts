import { SocketModeClient } from '@slack/socket-mode'
import type { Logger } from 'pino'
import { readSocketMessage } from './envelope.ts'
import { wordsOf } from './error-words.ts'
import { slackLogger } from './slack-client.ts'
import { socketDispatcher } from './socket-dispatcher.ts'

/** An event, click, form or command, and how it is acknowledged. */
export interface Incoming {
  type: string
  body: Record<string, unknown>
  ack(response?: unknown): Promise<void>
  retryNum?: number
  retryReason?: string
}

export interface SocketEvents {
  onIncoming(incoming: Incoming): void
  /** How many connections of the app Slack counts, with this one, which it opens just now. */
  onCounted(connections: number): void
  /** Slack asks for another connection, because it closes this one soon. */
  onLeave(reason: string): void
  /** It was open and is closed now. */
  onClosed(): void
}

export interface SocketOptions {
  appToken: string
  /** Base URL of the Web API; undefined for Slack's own. */
  apiUrl: string | undefined
  /** Until the connection must be ready, in milliseconds. */
  deadlineMs: number
  log: Logger
}

/** One Socket Mode connection. */
export interface Socket {
  /** Resolves when Slack says hello. Rejects when that fails or takes too long; then nothing of it is left. */
  opened: Promise<void>
  /** Closes it. Resolves when Slack has answered, which a peer that vanished never does. */
  close(): Promise<void>
  /** Drops it at once. */
  destroy(): void
}

/**
 * Opens a connection: `apps.connections.open`, TCP, TLS, upgrade and `hello` share one deadline. Each attempt has a client
 * of its own, because a client whose start hangs cannot be started again.
 */
export function openSocket(
  { appToken, apiUrl, deadlineMs, log }: SocketOptions,
  events: SocketEvents,
): Socket {
  const attempt = new AbortController()
  const { dispatcher, destroy: destroySockets } = socketDispatcher()
  const client = new GuardedClient(
    {
      appToken,
      logger: slackLogger(log),
      autoReconnectEnabled: false,
      dispatcher,
      clientOptions: {
        ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        fetch: (url, init) => fetch(url, { ...init, signal: attempt.signal } as RequestInit),
      },
    },
    events,
    log,
  )
  let state: 'opening' | 'open' | 'closed' = 'opening'
  let problem: unknown = null
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>()
  opened.catch(() => {})
  const end = (error: Error) => {
    clearTimeout(deadline)
    state = 'closed'
    attempt.abort(error)
    reject(error)
    // The client must not report the end of a connection that nobody uses.
    client.removeAllListeners()
    void client.disconnect()
    // The second call skips the close handshake.
    void client.disconnect()
    destroySockets()
  }
  const deadline = setTimeout(
    () => end(new Error(`Slack did not complete the connection within ${deadlineMs / 1_000} s`)),
    deadlineMs,
  )
  client.on('error', (error: unknown) => {
    problem ??= error
  })
  client.on('connected', () => {
    if (state !== 'opening') return
    clearTimeout(deadline)
    state = 'open'
    resolve()
  })
  client.on('disconnected', () => {
    const wasOpen = state === 'open'
    end(new Error(`Slack’s websocket cannot be opened: ${wordsOf(problem)}`, { cause: problem }))
    if (wasOpen) events.onClosed()
  })
  client.on('slack_event', ({ ack, type, body, retry_num, retry_reason }) =>
    events.onIncoming({ ack, type, body, retryNum: retry_num, retryReason: retry_reason }),
  )
  client.start().catch((error: unknown) => {
    if (state === 'opening' && error instanceof Error) end(error)
  })
  return {
    opened,
    close: () => client.disconnect(),
    destroy() {
      if (state !== 'closed') end(new Error('the connection was given up'))
    },
  }
}

/** The library's client, which takes only messages that it can handle: it has no guard of its own. */
class GuardedClient extends SocketModeClient {
  readonly #events: SocketEvents
  readonly #log: Logger

  constructor(options: ConstructorParameters<typeof SocketModeClient>[0], events: SocketEvents, log: Logger) {
    super(options)
    this.#events = events
    this.#log = log
  }

  protected override async onWebSocketMessage(data: string | ArrayBuffer, isBinary: boolean): Promise<void> {
    if (isBinary || typeof data !== 'string') {
      this.#log.warn('a binary message of Slack was ignored')
      return
    }
    const read = readSocketMessage(data)
    if ('ignored' in read) {
      this.#log.warn(read, 'a message of Slack was not understood and was ignored')
      return
    }
    const { message } = read
    if (message.type === 'disconnect') {
      this.#events.onLeave(message.reason)
      return
    }
    if (message.type === 'hello' && message.num_connections) this.#events.onCounted(message.num_connections)
    // The client emits an event under its own type: it must not be taken for an event of the connection.
    if (message.type === 'events_api' && this.listenerCount(message.payload.event.type) > 0) {
      this.#log.warn({ eventType: message.payload.event.type }, 'an event of Slack was ignored')
      return
    }
    try {
      await super.onWebSocketMessage(data, false)
    } catch (error) {
      this.#log.error({ error }, 'a message of Slack could not be handled')
    }
  }
}
