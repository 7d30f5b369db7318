import { setTimeout as sleep } from 'node:timers/promises'
import { WebAPIRateLimitedError } from '@slack/web-api'
import type { Logger } from 'pino'
import { wordsOf } from './error-words.ts'
import { openSocket, type Socket, type SocketEvents, type SocketOptions } from './open-socket.ts'
import { mayPass } from './slack-errors.ts'

export interface ConnectionOptions extends SocketOptions {
  /** Called with why each attempt failed. */
  onProblem?: (problem: string) => void
  /** Called at each connection with how many others of the app Slack counts, beside those of this process. */
  onOthers?: (others: number) => void
}

export interface ConnectionState {
  connected: boolean
  /** Why the last attempt failed; null once it is connected. */
  problem: string | null
  /** Connections that replaced an earlier one since the start. */
  reconnects: number
}

export interface Connection {
  /**
   * Resolves when it is connected, however long Slack cannot be reached. Rejects when Slack refuses the credentials, and
   * when it is stopped.
   */
  start(): Promise<void>
  stop(): Promise<void>
  /** Opens the next connection, as when Slack closes this one soon: Slack counts them again. */
  renew(): void
  connected(): boolean
  state(): ConnectionState
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** After a connection that lasted this long the next attempt does not wait. */
const STABLE_MS = 5_000
/** How long a replaced connection may still acknowledge what came over it. */
const LEAVE_MS = 10_000
const CLOSE_MS = 1_000

/**
 * Keeps a Socket Mode connection open: Slack closes it every few hours, and networks fail. Retries without end, with
 * growing waits. When Slack announces that it closes a connection, the next one is opened first.
 */
export function keepConnected(
  options: ConnectionOptions,
  onIncoming: SocketEvents['onIncoming'],
): Connection {
  return new KeptConnection(options, onIncoming)
}

class KeptConnection implements Connection {
  readonly #options: ConnectionOptions
  readonly #log: Logger
  readonly #onIncoming: SocketEvents['onIncoming']
  readonly #stopping = new AbortController()
  /** Open, being opened, or being closed. */
  readonly #sockets = new Set<Socket>()
  #current: Socket | null = null
  #connecting: Promise<void> | null = null
  #openedAt = 0
  #failures = 0
  /** Connections in a row that were lost soon after they opened. */
  #losses = 0
  #opened = 0
  #problem: string | null = null

  constructor(options: ConnectionOptions, onIncoming: SocketEvents['onIncoming']) {
    this.#options = options
    this.#log = options.log
    this.#onIncoming = onIncoming
  }

  start(): Promise<void> {
    return this.#connect()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const closing = this.#current?.close()
    this.#current = null
    await Promise.race([closing, sleep(CLOSE_MS)])
    await this.#connecting?.catch(() => {})
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  renew(): void {
    if (this.#current) this.#reconnect()
  }

  connected(): boolean {
    return this.#current !== null
  }

  state(): ConnectionState {
    return {
      connected: this.connected(),
      problem: this.connected() ? null : this.#problem,
      reconnects: Math.max(0, this.#opened - 1),
    }
  }

  #connect(): Promise<void> {
    this.#connecting ??= this.#tryUntilConnected().finally(() => {
      this.#connecting = null
    })
    return this.#connecting
  }

  async #tryUntilConnected(): Promise<void> {
    this.#failures = this.#losses
    if (this.#opened > 0 && this.#isYoung()) await this.#pause(0)
    for (;;) {
      this.#stopping.signal.throwIfAborted()
      const error = await this.#attempt()
      if (error === null) return
      if (this.#opened === 0 && !mayPass(error)) throw error
      await this.#pause(error instanceof WebAPIRateLimitedError ? error.retryAfter * 1_000 : 0)
    }
  }

  /** @returns null when it is connected, else the error */
  async #attempt(): Promise<unknown> {
    const socket: Socket = openSocket(this.#options, {
      onIncoming: this.#onIncoming,
      onCounted: (connections) => this.#options.onOthers?.(connections - this.#sockets.size),
      onLeave: (reason) => {
        this.#log.info({ reason }, 'Slack closes this connection soon; opening the next one')
        if (socket === this.#current) this.#reconnect()
      },
      onClosed: () => this.#lose(socket),
    })
    this.#sockets.add(socket)
    const giveUp = () => socket.destroy()
    this.#stopping.signal.addEventListener('abort', giveUp)
    try {
      await socket.opened
      this.#adopt(socket)
      return null
    } catch (error) {
      this.#sockets.delete(socket)
      this.#problem = wordsOf(error)
      this.#options.onProblem?.(this.#problem)
      return error
    } finally {
      this.#stopping.signal.removeEventListener('abort', giveUp)
    }
  }

  #adopt(socket: Socket): void {
    const previous = this.#current
    this.#current = socket
    this.#openedAt = performance.now()
    this.#opened += 1
    this.#problem = null
    this.#log.info({ connection: this.#opened }, 'connected to Slack')
    if (previous) this.#retire(previous)
  }

  #retire(socket: Socket): void {
    setTimeout(() => {
      void socket.close()
      // The close handshake of a peer that vanished never ends.
      setTimeout(() => this.#forget(socket), LEAVE_MS).unref()
    }, LEAVE_MS).unref()
  }

  #forget(socket: Socket): void {
    socket.destroy()
    this.#sockets.delete(socket)
  }

  #lose(socket: Socket): void {
    this.#sockets.delete(socket)
    if (socket !== this.#current) return
    this.#current = null
    this.#losses = this.#isYoung() && !this.#connecting ? this.#losses + 1 : 0
    this.#problem = 'the connection was lost'
    this.#log.warn('disconnected from Slack')
    this.#reconnect()
  }

  #isYoung(): boolean {
    return performance.now() - this.#openedAt < STABLE_MS
  }

  #reconnect(): void {
    if (!this.#stopping.signal.aborted) this.#connect().catch(() => {})
  }

  async #pause(atLeastMs: number): Promise<void> {
    const ceiling = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS)
    this.#failures += 1
    // Half of it is random, so that bots that lost the same Slack do not return together.
    const waitMs = Math.max(atLeastMs, Math.round(ceiling * (0.5 + Math.random() / 2)))
    if (this.#problem)
      this.#log.warn({ problem: this.#problem, waitMs }, 'no connection to Slack, trying again')
    await sleep(waitMs, undefined, { signal: this.#stopping.signal })
  }
}
