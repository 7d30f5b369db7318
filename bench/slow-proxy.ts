import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A proxy that delays every call, like a remote system.
 *
 * @param target address of the system, without a trailing slash
 * @param delayMs delay of each call in milliseconds
 */
export async function createSlowProxy(
  target: string,
  delayMs: number,
): Promise<{ url: string; close(): void }> {
  const server = createServer(async (incoming, outgoing) => {
    await sleep(delayMs)
    const { method = 'GET', url = '/', headers } = incoming
    const onward = forward(`${target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => incoming.socket.destroy())
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new TypeError('a TCP server has a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
