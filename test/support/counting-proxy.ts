import { createServer, request as forward } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

/** A proxy that reaches one target under every name, and counts the names that it was asked for. */
export interface CountingProxy {
  url: string
  /** Requests by host and port, such as `slack.test:80`. */
  counts: Map<string, number>
  close(): Promise<void>
}

export async function createCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target)
  const counts = new Map<string, number>()
  const count = (host: string) => counts.set(host, (counts.get(host) ?? 0) + 1)
  const server = createServer((incoming, outgoing) => {
    const { pathname, search, host } = new URL(incoming.url ?? '/')
    count(host)
    const { method = 'GET', headers } = incoming
    const onward = forward({ hostname, port, path: `${pathname}${search}`, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => incoming.socket.destroy())
    incoming.pipe(onward)
  })
  server.on('connect', (request, socket, head) => {
    count((request.url ?? '').replace(/:80$/, ''))
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      onward.write(head)
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
