import { createServer, type ServerResponse } from 'node:http'
import type { Bot } from '../bot.ts'
import type { Metrics } from './metrics.ts'
import { readReadiness } from './readiness.ts'

export interface HealthOptions {
  /** TCP port; undefined starts no server. */
  port: number | undefined
  host: string
  metrics: Metrics
  bot: () => Bot | null
  /** What the start waits for; null when it is not known. */
  startProblem: () => string | null
}

/**
 * Serves `GET /healthz` (the process is alive), `/readyz` (200 when it can work, else 503 with the reasons) and `/metrics`
 * (Prometheus).
 */
export async function startHealth(options: HealthOptions): Promise<{ close(): Promise<void> }> {
  const { port, host } = options
  if (port === undefined) return { close: async () => {} }
  const server = createServer((request, response) => {
    answer(options, new URL(request.url ?? '/', 'http://localhost').pathname, response).catch(
      (error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(`${String(error)}\n`)
      },
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // A scraper keeps its connection open.
        server.closeAllConnections()
      }),
  }
}

async function answer(
  { bot, startProblem, metrics }: HealthOptions,
  path: string,
  response: ServerResponse,
): Promise<void> {
  if (path === '/healthz') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('alive\n')
    return
  }
  if (path === '/readyz') {
    const readiness = await readReadiness(bot(), startProblem())
    response.writeHead(readiness.ready ? 200 : 503, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(readiness)}\n`)
    return
  }
  if (path === '/metrics') {
    const text = await metrics.read(bot())
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text)
    return
  }
  response.writeHead(404).end()
}
