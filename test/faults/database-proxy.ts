import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Between one bot and PostgreSQL. */
export interface DatabaseProxy {
  port: number
  /** Cuts all connections. */
  cut(): void
  close(): Promise<void>
}

/** How the server says that a transaction is committed. */
const COMMITTED = Buffer.from('COMMIT\0')

/**
 * @param port of the server on this machine
 * @param isLost called at each commit; true if the bot never hears of it
 */
export async function createDatabaseProxy(port: number, isLost: () => boolean): Promise<DatabaseProxy> {
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    clients.add(client)
    const onward = connect(port, '127.0.0.1')
    const end = () => {
      clients.delete(client)
      client.destroy()
      onward.destroy()
    }
    for (const socket of [client, onward]) socket.on('error', end).on('close', end)
    client.on('data', (data) => onward.write(data))
    onward.on('data', (data) => {
      if (data.includes(COMMITTED) && isLost()) end()
      else client.write(data)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const client of clients) client.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close() {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
