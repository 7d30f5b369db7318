import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { BOT } from '#sandbox/demo-users'
import type { FaultId } from '#sandbox/faults'
import { redeemTicket } from './methods/workspace.ts'
import type { SlackState } from './state.ts'

const MAX_CONNECTIONS = 10
const PING_MS = 5_000
/** How long a connection stays open after each kind of disconnect request, in milliseconds. */
const GRACE_MS = { refresh_requested: 1_000, link_disabled: 1_000, warning: 10_000 } as const

export type DisconnectReason = keyof typeof GRACE_MS

export interface SocketListener {
  onOpen(): void
  onMessage(text: string): void
  /** A connection closed. @param socket the one that `send` returned */
  onClose(socket: WebSocket): void
}

interface Connection {
  socket: WebSocket
  /** It was asked to disconnect, and gets no new envelopes. */
  leaving: boolean
  alive: boolean
}

/** Socket Mode connections: tickets, hello, pings, at most ten, disconnect requests. */
export class Sockets {
  readonly #state: SlackState
  readonly #listener: SocketListener
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #connections = new Set<Connection>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #hanging = new Set<Duplex>()
  readonly #heartbeat: NodeJS.Timeout

  constructor(state: SlackState, listener: SocketListener) {
    this.#state = state
    this.#listener = listener
    this.#heartbeat = setInterval(() => this.#ping(), PING_MS)
    this.#heartbeat.unref()
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener a client that hangs up here would crash the process.
    socket.on('error', () => socket.destroy())
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname !== '/slack/socket') {
      refuse(socket, '404 Not Found')
    } else if (!redeemTicket(this.#state, url.searchParams.get('ticket') ?? '')) {
      refuse(socket, '401 Unauthorized')
    } else if (this.#fault('slack-upgrade-hangs')) {
      this.#hanging.add(socket)
    } else {
      this.#server.handleUpgrade(request, socket, head, (opened) => this.#admit(opened))
    }
  }

  /** Sends text as it is, as a broken or changed Slack may. Returns false without a connection. */
  sendRaw(text: string): boolean {
    const [chosen] = this.#usable()
    chosen?.socket.send(text)
    return chosen !== undefined
  }

  /** Takes the wire away from the open connections: they neither answer nor close. */
  cutWire(): void {
    for (const connection of this.#usable()) {
      connection.leaving = true
      const { socket } = connection
      socket.removeAllListeners('message')
      // Reading stops, so that pings stay unanswered and a close is not seen.
      socket.pause()
    }
    this.#state.world.changed('slack')
  }

  /** Sends to a random connection and returns it; undefined without one. */
  send(message: unknown): WebSocket | undefined {
    const open = this.#usable()
    const chosen = open[Math.floor(Math.random() * open.length)]
    chosen?.socket.send(JSON.stringify(message))
    return chosen?.socket
  }

  /** Asks all connections to close, and closes the remaining ones after a grace period. */
  disconnect(reason: DisconnectReason): void {
    for (const connection of this.#usable()) {
      connection.socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: DEBUG_INFO }))
      // After a warning a connection still gets envelopes.
      connection.leaving = reason !== 'warning'
      this.#closeLater(connection.socket, GRACE_MS[reason])
    }
    this.#state.world.changed('slack')
  }

  count(): number {
    return this.#usable().length
  }

  close(): void {
    clearInterval(this.#heartbeat)
    for (const timer of this.#timers) clearTimeout(timer)
    for (const { socket } of this.#connections) {
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.terminate()
    }
    this.#connections.clear()
    for (const socket of this.#hanging) socket.destroy()
    this.#hanging.clear()
    this.#server.close()
  }

  #fault(id: FaultId): boolean {
    return this.#state.world.faults.on(id)
  }

  #usable(): Connection[] {
    return [...this.#connections].filter(
      ({ socket, leaving }) => !leaving && socket.readyState === socket.OPEN,
    )
  }

  #admit(socket: WebSocket): void {
    if (this.count() >= MAX_CONNECTIONS) {
      socket.send(
        JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets', debug_info: DEBUG_INFO }),
      )
      socket.close()
      return
    }
    const connection: Connection = { socket, leaving: false, alive: true }
    this.#connections.add(connection)
    socket.on('pong', () => {
      connection.alive = true
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', () => this.#leave(connection))
    socket.on('message', (data) => this.#listener.onMessage(String(data)))
    if (this.#fault('slack-no-hello')) {
      connection.leaving = true
      return
    }
    socket.send(JSON.stringify(hello(this.count())))
    this.#state.world.changed('slack')
    this.#listener.onOpen()
  }

  #leave(connection: Connection): void {
    this.#connections.delete(connection)
    this.#listener.onClose(connection.socket)
    this.#state.world.changed('slack')
  }

  #closeLater(socket: WebSocket, ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      socket.close()
    }, ms)
    this.#timers.add(timer)
  }

  /** Closes connections that did not answer the last ping. */
  #ping(): void {
    for (const connection of this.#connections) {
      if (connection.socket.isPaused) continue
      if (connection.alive) connection.socket.ping()
      else connection.socket.terminate()
      connection.alive = false
    }
  }
}

const DEBUG_INFO = { host: 'applink-sandbox', build_number: 1, approximate_connection_time: 18_060 }

const hello = (connections: number) => ({
  type: 'hello',
  num_connections: connections,
  debug_info: DEBUG_INFO,
  connection_info: { app_id: BOT.appId },
})

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
