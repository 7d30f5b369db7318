import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'

type Headers = Record<string, string>

/** A proxy to the sandbox's GitHub that answers matching requests itself, or does them and loses the answer. */
export interface FaultyGithub {
  /** For `GITHUB_API_URL`. */
  url: string
  /** Every request that arrived, as `POST /repos/…`. */
  calls: string[]
  /** Refuses matching requests (method and path) until it is called with null. */
  refuse(pattern: RegExp | null, status?: number, headers?: Headers, message?: string): void
  /** Forwards matching requests and cuts the connection instead of answering, until it is called with null. */
  lose(pattern: RegExp | null): void
  close(): Promise<void>
}

/** @param target `GITHUB_API_URL` of the sandbox */
export async function createFaultyGithub(target: string): Promise<FaultyGithub> {
  const { origin, pathname } = new URL(target)
  const calls: string[] = []
  let refused: { pattern: RegExp; status: number; headers: Headers; message: string } | null = null
  let lost: RegExp | null = null
  const server = createServer((incoming, outgoing) => {
    const call = `${incoming.method} ${incoming.url}`
    calls.push(call)
    if (refused?.pattern.test(call)) {
      const { status, headers, message } = refused
      incoming.resume()
      const date = headers.date ?? new Date().toUTCString()
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers, date })
      outgoing.end(JSON.stringify({ message }))
      return
    }
    const isLost = lost?.test(call) === true
    const { method = 'GET', url = '/', headers } = incoming
    const onward = forward(`${origin}${url}`, { method, headers }, (answer) => {
      if (isLost) return answer.resume().on('end', () => incoming.socket.destroy())
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      return answer.pipe(outgoing)
    })
    onward.on('error', () => incoming.socket.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    calls,
    refuse(pattern, status = 403, headers = {}, message = 'API rate limit exceeded') {
      refused = pattern && { pattern, status, headers, message }
    },
    lose(pattern) {
      lost = pattern
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
