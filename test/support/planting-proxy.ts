import { createServer, request as forward, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** The systems around the bot behind a proxy that changes what they answer and keeps what the bot sends them. */
export interface PlantingProxy {
  url: string
  /** Everything that the bot sent since the start, as text: also what is encoded in a form or in base64. */
  sent(): string
  /** Changes the answers, by their path. */
  rewrite(change: (path: string, answer: unknown) => unknown): void
  /** Lets each system whose path matches answer with this status and body. */
  fail(path: RegExp, status: number, body: unknown): void
  /** Lets everything through as it is. */
  heal(): void
  close(): Promise<void>
}

/** @param target address of the sandbox, without a trailing slash */
export async function createPlantingProxy(target: string): Promise<PlantingProxy> {
  const sent: string[] = []
  let change = (_: string, answer: unknown): unknown => answer
  let failing: { path: RegExp; status: number; body: unknown } | null = null
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const body = await buffer(incoming)
    // What it is given to sign in with is its own.
    sent.push(url, ...readingsOf(body.toString()))
    const json = (status: number, answer: unknown, given: IncomingHttpHeaders = {}) => {
      const text = JSON.stringify(answer)
      const type = given['content-type'] ?? 'application/json'
      outgoing
        .writeHead(status, { ...given, 'content-type': type, 'content-length': Buffer.byteLength(text) })
        .end(text)
    }
    if (failing?.path.test(url)) return json(failing.status, failing.body)
    const onward = forward(`${target}${url}`, { method, headers }, async (answer) => {
      const given = await buffer(answer)
      const status = answer.statusCode ?? 502
      const parsed = parse(given.toString())
      if (parsed === undefined) return outgoing.writeHead(status, answer.headers).end(given)
      const { 'transfer-encoding': _, etag: __, ...kept } = answer.headers
      json(status, change(url, parsed), kept)
    })
    onward.on('error', () => incoming.socket.destroy())
    onward.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    sent: () => sent.join('\n'),
    rewrite(next) {
      change = next
    },
    fail(path, status, body) {
      failing = { path, status, body }
    },
    heal() {
      failing = null
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function readingsOf(body: string): string[] {
  const form = [...new URLSearchParams(body).values()]
  const content = (parse(body) as { content?: unknown } | undefined)?.content
  return [body, ...form, ...(typeof content === 'string' ? [Buffer.from(content, 'base64').toString()] : [])]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
