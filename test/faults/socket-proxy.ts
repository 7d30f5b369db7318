import type { IncomingMessage } from 'node:http'
import { type RawData, WebSocket, WebSocketServer } from 'ws'

/** What happens to the connection on which Slack delivers. */
export const SOCKET_FAULTS = ['cut', 'half-open', 'copy-later', 'swap', 'ack-lost', 'no-hello'] as const
export type SocketFault = (typeof SOCKET_FAULTS)[number]

/** As a server's `upgrade` event has them. */
export type UpgradeArguments = [
  request: IncomingMessage,
  socket: Parameters<WebSocketServer['handleUpgrade']>[1],
  head: Buffer,
]

export interface SocketProxy {
  upgrade(...given: UpgradeArguments): void
  apply(fault: SocketFault): void
  /** Delivers each envelope of a person's action again that was delivered until now. @returns how many */
  copyAll(): number
  heal(): void
  /** When the connection was last not usable, in milliseconds since 1970; 0 when it always was. */
  lastCutAt(): number
  close(): void
}

interface Pair {
  bot: WebSocket
  slack: WebSocket
  isDead: boolean
}

const SWAP_MS = 400
const MOST_COPIES = 40

/**
 * Speaks Socket Mode with the bot on one side and with the sandbox on the other.
 *
 * @param target the sandbox's address
 * @param localize replaces the sandbox's address in an envelope by the proxy's
 */
export function createSocketProxy(target: string, localize: (text: string) => string): SocketProxy {
  const server = new WebSocketServer({ noServer: true, autoPong: false })
  const pairs = new Set<Pair>()
  const delivered: string[] = []
  let swapNext = false
  let held: string | null = null
  let acksToLose = 0
  let isMute = false
  let cutAt = 0

  const usable = () => [...pairs].filter((pair) => !pair.isDead && pair.bot.readyState === WebSocket.OPEN)

  function toBot(pair: Pair, text: string): void {
    if (!pair.isDead && pair.bot.readyState === WebSocket.OPEN) pair.bot.send(text)
  }

  function fromSlack(pair: Pair, data: RawData): void {
    const text = localize(String(data))
    const isEnvelope = text.includes('"envelope_id"')
    if (isMute && !isEnvelope) return
    if (isEnvelope) delivered.push(text)
    if (isEnvelope && swapNext) {
      swapNext = false
      held = text
      setTimeout(() => release(pair), SWAP_MS)
      return
    }
    toBot(pair, text)
    if (isEnvelope) release(pair)
  }

  function release(pair: Pair): void {
    if (held === null) return
    toBot(pair, held)
    held = null
  }

  function fromBot(pair: Pair, data: RawData): void {
    if (pair.isDead) return
    if (acksToLose > 0 && String(data).includes('"envelope_id"')) {
      acksToLose -= 1
      return
    }
    pair.slack.send(String(data))
  }

  function join(bot: WebSocket, request: IncomingMessage): void {
    const slack = new WebSocket(`${target.replace('http', 'ws')}${request.url}`, { autoPong: false })
    const pair: Pair = { bot, slack, isDead: false }
    pairs.add(pair)
    const waiting: RawData[] = []
    bot.on('message', (data) =>
      slack.readyState === WebSocket.OPEN ? fromBot(pair, data) : waiting.push(data),
    )
    slack.on('open', () => {
      for (const data of waiting) fromBot(pair, data)
    })
    slack.on('message', (data) => fromSlack(pair, data))
    for (const [from, to] of [
      [bot, slack],
      [slack, bot],
    ] as const) {
      const isUp = () => !pair.isDead && to.readyState === WebSocket.OPEN
      from.on('ping', (data) => isUp() && to.ping(data))
      from.on('pong', (data) => isUp() && to.pong(data))
      from.on('error', () => from.terminate())
      from.on('close', () => {
        cutAt = Date.now()
        // Of a half-open connection neither side learns that the other has left.
        if (!pair.isDead) to.terminate()
        if (from === bot) {
          slack.terminate()
          pairs.delete(pair)
        }
      })
    }
  }

  function cut(): void {
    cutAt = Date.now()
    for (const pair of usable()) pair.bot.terminate()
  }

  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      server.handleUpgrade(request, socket, head, (bot) => join(bot, request))
    },
    apply(fault) {
      if (fault === 'cut') cut()
      if (fault === 'half-open') {
        cutAt = Date.now()
        for (const pair of usable()) pair.isDead = true
      }
      if (fault === 'copy-later') this.copyAll()
      if (fault === 'swap') swapNext = true
      if (fault === 'ack-lost') acksToLose = 1
      if (fault === 'no-hello') {
        isMute = true
        cut()
      }
    },
    copyAll() {
      const [pair] = usable()
      if (!pair) return 0
      const copies = delivered
        .filter((text) => /"type":"(?:interactive|slash_commands)"/.test(text))
        .slice(-MOST_COPIES)
      for (const text of copies) toBot(pair, text)
      return copies.length
    },
    heal() {
      isMute = false
      acksToLose = 0
      swapNext = false
    },
    lastCutAt: () => cutAt,
    close() {
      for (const { bot, slack } of pairs) {
        bot.terminate()
        slack.terminate()
      }
      server.close()
    },
  }
}
