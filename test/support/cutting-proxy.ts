import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy that forwards a request and then cuts the connection instead of answering. */
export interface CuttingProxy {
  url: string
  /** Cuts the answer to the next matching request (method and path), or answers with this status. */
  cutNext(pattern: RegExp, status?: number): void
  cuts(): number
  close(): Promise<void>
}

export async function createCuttingProxy(target: string): Promise<CuttingProxy> {
  let armed: RegExp | null = null
  let instead: number | null = null
  let cuts = 0
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const cut = armed?.test(`${method} ${url}`) === true
    if (cut) armed = null
    const onward = forward(`${target}${url}`, { method, headers }, (answer) => {
      if (cut) {
        cuts += 1
        answer.resume().on('end', () => {
          if (instead === null) incoming.socket.destroy()
          else
            outgoing
              .writeHead(instead, { 'content-type': 'application/json' })
              .end('{"message":"Bad gateway"}')
        })
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => incoming.socket.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    cutNext: (pattern, status) => {
      armed = pattern
      instead = status ?? null
    },
    cuts: () => cuts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
