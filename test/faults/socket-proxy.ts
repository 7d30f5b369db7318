import type { IncomingMessage } from 'node:http'
import { type RawData, WebSocket, WebSocketServer } from 'ws'

/** What happens to the connection on which Slack delivers. */
export const SOCKET_FAULTS = [
  'cut',
  'half-open',
  'silent',
  'copy-later',
  'swap',
  'ack-lost',
  'no-upgrade',
  'no-hello',
] as const
export type SocketFault = (typeof SOCKET_FAULTS)[number]

/** As a server's `upgrade` event has them. */
export type UpgradeArguments = [
  request: IncomingMessage,
  socket: Parameters<WebSocketServer['handleUpgrade']>[1],
  head: Buffer,
]

export interface SocketProxy {
  upgrade(...given: UpgradeArguments): void
  apply(fault: SocketFault): AppliedFault
  /** Delivers the newest envelopes of people's actions again. @returns how many */
  copyAll(): number
  /** Takes all faults back. A connection that is dead stays so: the bot must replace it. */
  heal(): void
  close(): void
}

export interface AppliedFault {
  /** Whether it has met a connection or an envelope. */
  hasMet(): boolean
  /** Takes it back, where it would last. */
  end?: () => void
}

interface Pair {
  bot: WebSocket
  slack: WebSocket
  /** Nothing passes any more: in no direction, or only to Slack. */
  isDead: boolean
  isSilent: boolean
  /** It has had no hello: only pings pass. */
  isMute: boolean
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
  let nextSwap: { hasMet: boolean } | null = null
  let nextLoss: { hasMet: boolean } | null = null
  let held: string | null = null
  let takesUpgrades = true
  let isMute = false
  const unanswered: UpgradeArguments[1][] = []

  const reachesBot = ({ isDead, isSilent, bot }: Pair) =>
    !isDead && !isSilent && bot.readyState === WebSocket.OPEN
  const usable = () => [...pairs].filter(reachesBot)

  function toBot(pair: Pair, text: string): void {
    if (reachesBot(pair)) pair.bot.send(text)
  }

  function fromSlack(pair: Pair, data: RawData): void {
    const text = localize(String(data))
    const isEnvelope = text.includes('"envelope_id"')
    if (isMute && text.includes('"hello"')) pair.isMute = true
    if (pair.isMute) return
    if (isEnvelope) delivered.push(text)
    if (isEnvelope && nextSwap) {
      nextSwap.hasMet = true
      nextSwap = null
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
    if (nextLoss && String(data).includes('"envelope_id"')) {
      nextLoss.hasMet = true
      nextLoss = null
      return
    }
    pair.slack.send(String(data))
  }

  function join(bot: WebSocket, request: IncomingMessage): void {
    const slack = new WebSocket(`${target.replace('http', 'ws')}${request.url}`, { autoPong: false })
    const pair: Pair = { bot, slack, isDead: false, isSilent: false, isMute: false }
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
      const isUp = () => (to === bot ? reachesBot(pair) : !pair.isDead && to.readyState === WebSocket.OPEN)
      from.on('ping', (data) => isUp() && to.ping(data))
      from.on('pong', (data) => isUp() && to.pong(data))
      from.on('error', () => from.terminate())
      from.on('close', () => {
        // Of a half-open connection neither side learns that the other has left.
        if (!pair.isDead) to.terminate()
        if (from === bot) {
          slack.terminate()
          pairs.delete(pair)
        }
      })
    }
  }

  const onUsable = (change: (pair: Pair) => void) => () => {
    const met = usable()
    met.forEach(change)
    return { hasMet: () => met.length > 0 }
  }
  const cut = onUsable(({ bot }) => bot.terminate())

  const APPLY: Record<SocketFault, () => AppliedFault> = {
    cut,
    'half-open': onUsable((pair) => {
      pair.isDead = true
    }),
    silent: onUsable((pair) => {
      pair.isSilent = true
    }),
    'copy-later': () => {
      const copies = copyAll()
      return { hasMet: () => copies > 0 }
    },
    swap() {
      const swap = { hasMet: false }
      nextSwap = swap
      return { hasMet: () => swap.hasMet }
    },
    'ack-lost'() {
      const loss = { hasMet: false }
      nextLoss = loss
      return { hasMet: () => loss.hasMet }
    },
    'no-upgrade'() {
      takesUpgrades = false
      return lasting(() => {
        takesUpgrades = true
      })
    },
    'no-hello'() {
      isMute = true
      return lasting(() => {
        isMute = false
      })
    },
  }

  /** For the next connections: the present one is cut. */
  function lasting(end: () => void): AppliedFault {
    return { ...cut(), end }
  }

  function copyAll(): number {
    const [pair] = usable()
    if (!pair) return 0
    const copies = delivered
      .filter((text) => /"type":"(?:interactive|slash_commands)"/.test(text))
      .slice(-MOST_COPIES)
    for (const text of copies) toBot(pair, text)
    return copies.length
  }

  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      if (takesUpgrades) server.handleUpgrade(request, socket, head, (bot) => join(bot, request))
      else unanswered.push(socket)
    },
    apply: (fault) => APPLY[fault](),
    copyAll,
    heal() {
      takesUpgrades = true
      isMute = false
      nextSwap = null
      nextLoss = null
    },
    close() {
      for (const socket of unanswered) socket.destroy()
      for (const { bot, slack } of pairs) {
        bot.terminate()
        slack.terminate()
      }
      server.close()
    },
  }
}
