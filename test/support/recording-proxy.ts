import { createServer, request as forward, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A forwarded request and its answer. */
export interface RecordedCall {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
  status: number
  answer: string
}

/** An answer instead of the system's own. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** A proxy that records requests and answers, and can simulate failures. */
export interface RecordingProxy {
  url: string
  calls: RecordedCall[]
  /**
   * Answers the next `times` requests without forwarding or recording them.
   *
   * @param to only requests whose body matches
   */
  answerInstead(answer: Answer, times?: number, to?: RegExp): void
  /** Holds the requests whose path matches back for so many milliseconds. */
  delay(ms: number, path: RegExp): void
  /** Lets so many requests through and then cuts every connection. */
  cutAfter(calls: number): void
  /** Forwards everything again. */
  letThrough(): void
  close(): Promise<void>
}

/** @param target address of the system, without a trailing slash */
export async function createRecordingProxy(target: string): Promise<RecordingProxy> {
  const calls: RecordedCall[] = []
  let instead: { answer: Answer; times: number; to: RegExp } | null = null
  let held: { ms: number; path: RegExp } | null = null
  let left = Number.POSITIVE_INFINITY

  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    if (left <= 0) return incoming.socket.destroy()
    left -= 1
    if (instead && instead.times > 0 && instead.to.test(body.toString())) {
      instead.times -= 1
      const { answer } = instead
      return outgoing.writeHead(answer.status, answer.headers).end(answer.body)
    }
    if (held?.path.test(url)) await sleep(held.ms)
    const onward = forward(`${target}${url}`, { method, headers }, async (answer) => {
      const parts: Buffer[] = []
      for await (const part of answer) parts.push(part)
      const text = Buffer.concat(parts)
      const status = answer.statusCode ?? 502
      calls.push({ method, path: url, headers, body: body.toString(), status, answer: text.toString() })
      outgoing.writeHead(status, answer.headers).end(text)
    })
    onward.on('error', () => incoming.socket.destroy())
    onward.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    answerInstead(answer, times = Number.POSITIVE_INFINITY, to = /(?:)/) {
      instead = { answer, times, to }
    },
    delay(ms, path) {
      held = { ms, path }
    },
    cutAfter(count) {
      left = count
    },
    letThrough() {
      instead = null
      held = null
      left = Number.POSITIVE_INFINITY
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
