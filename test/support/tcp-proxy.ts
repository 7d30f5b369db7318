import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A proxy between the bot and PostgreSQL. */
export interface TcpProxy {
  port: number
  /** Cuts all connections. */
  cut(): void
  /** Forwards new connections to another place from now on. */
  forwardTo(other: { host: string; port: number }): void
  /** Whether new connections are cut at once. */
  refuse(refuses: boolean): void
  /** Forwards what is sent next, and cuts that connection instead of forwarding the answer. */
  loseNextAnswer(): void
  close(): Promise<void>
}

/** @param first where connections go, until `forwardTo` names another place */
export async function startTcpProxy(first: { host: string; port: number }): Promise<TcpProxy> {
  let target = first
  const pairs = new Set<[Socket, Socket]>()
  let refuses = false
  let losesNext = false
  const server = createServer((client) => {
    client.on('error', () => {})
    if (refuses) {
      client.destroy()
      return
    }
    const onward = connect(target.port, target.host)
    const pair: [Socket, Socket] = [client, onward]
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    let loses = false
    onward.on('error', end).on('close', end)
    client.on('close', end)
    client.on('data', (data) => {
      if (losesNext) {
        losesNext = false
        loses = true
      }
      onward.write(data)
    })
    onward.on('data', (data) => {
      if (loses) end()
      else client.write(data)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const [client] of pairs) client.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    forwardTo(other) {
      target = other
    },
    refuse(now) {
      refuses = now
    },
    loseNextAnswer() {
      losesNext = true
    },
    close() {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
