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
  upgrade(bot: number, ...given: UpgradeArguments): void
  apply(fault: SocketFault): AppliedFault
  /** Delivers the newest envelopes of people's actions again, each on any connection. @returns how many */
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
  number: number
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
 * Speaks Socket Mode with bots on one side and with the sandbox on the other.
 *
 * @param target the sandbox's address
 * @param localize replaces the sandbox's address in an envelope by that of a bot's proxy
 */
export function createSocketProxy(
  target: string,
  localize: (text: string, bot: number) => string,
): SocketProxy {
  const server = new WebSocketServer({ noServer: true, autoPong: false })
  const pairs = new Set<Pair>()
  const delivered: string[] = []
  let nextSwap: { hasMet: boolean } | null = null
  let nextLoss: { hasMet: boolean } | null = null
  let held: string | null = null
  let upgradesToIgnore: { hasMet: boolean } | null = null
  let hellosToKeep: { hasMet: boolean } | null = null
  const unanswered: UpgradeArguments[1][] = []

  const reachesBot = ({ isDead, isSilent, bot }: Pair) =>
    !isDead && !isSilent && bot.readyState === WebSocket.OPEN
  const usable = () => [...pairs].filter(reachesBot)

  function toBot(pair: Pair, text: string): void {
    if (reachesBot(pair)) pair.bot.send(localize(text, pair.number))
  }

  function fromSlack(pair: Pair, data: RawData): void {
    const text = String(data)
    const isEnvelope = text.includes('"envelope_id"')
    if (hellosToKeep && text.includes('"hello"')) {
      hellosToKeep.hasMet = true
      pair.isMute = true
    }
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

  function join(number: number, bot: WebSocket, request: IncomingMessage): void {
    const slack = new WebSocket(`${target.replace('http', 'ws')}${request.url}`, { autoPong: false })
    const pair: Pair = { number, bot, slack, isDead: false, isSilent: false, isMute: false }
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
      const ignored = { hasMet: false }
      upgradesToIgnore = ignored
      cut()
      const end = () => {
        upgradesToIgnore = null
      }
      return { hasMet: () => ignored.hasMet, end }
    },
    'no-hello'() {
      const kept = { hasMet: false }
      hellosToKeep = kept
      cut()
      const end = () => {
        hellosToKeep = null
      }
      return { hasMet: () => kept.hasMet, end }
    },
  }

  function copyAll(): number {
    const pairsNow = usable()
    if (pairsNow.length === 0) return 0
    const copies = delivered
      .filter((text) => /"type":"(?:interactive|slash_commands)"/.test(text))
      .slice(-MOST_COPIES)
    for (const text of copies) {
      const pair = pairsNow[Math.floor(Math.random() * pairsNow.length)]
      if (pair) toBot(pair, text)
    }
    return copies.length
  }

  return {
    upgrade: (bot, request, socket, head) => {
      socket.on('error', () => socket.destroy())
      if (!upgradesToIgnore)
        return server.handleUpgrade(request, socket, head, (opened) => join(bot, opened, request))
      upgradesToIgnore.hasMet = true
      unanswered.push(socket)
    },
    apply: (fault) => APPLY[fault](),
    copyAll,
    heal() {
      upgradesToIgnore = null
      hellosToKeep = null
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
