import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '#test/support/person'

/** The agents' metrics by series, `name{labels}`. A deleted series is no longer exported. */
export type Series = Map<string, number>

export interface Exporter {
  series: Series
  port: number
  /** Scrape times, ms since 1970. */
  scrapes: number[]
  close(): void
}

/** An exporter in Prometheus' text format. */
export async function startExporter(): Promise<Exporter> {
  const series: Series = new Map()
  const scrapes: number[] = []
  const server = createServer((_, response) => {
    const lines = [...series].map(([name, value]) => `${name} ${value}\n`)
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(lines.join(''))
    scrapes.push(Date.now())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    series,
    port,
    scrapes,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

export interface PrometheusProcess {
  url: string
  stop(): Promise<void>
}

/** Debian's Prometheus (or PROMETHEUS_BINARY), scraping the exporter every second. */
export async function startPrometheus(exporterPort: number): Promise<PrometheusProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
  const config = join(folder, 'prometheus.yml')
  const scrape = { job_name: 'agents', static_configs: [{ targets: [`127.0.0.1:${exporterPort}`] }] }
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [scrape] }))
  const url = `http://127.0.0.1:${await freePort()}/base/path`
  const child = spawn(
    process.env.PROMETHEUS_BINARY ?? 'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      `--web.external-url=${url}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const failed = failure(child)
  const isReady = async () => (await fetch(`${url}/-/ready`).catch(() => null))?.ok
  await Promise.race([eventually(isReady, 'a ready Prometheus'), failed])
  return {
    url,
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Rejects with its last output when it cannot start, or exits. */
async function failure(child: ChildProcess): Promise<never> {
  let said = ''
  child.stderr?.on('data', (data) => {
    said = `${said}${data}`.slice(-2_000)
  })
  const end = once(child, 'exit').then(([code, signal]) => `it ended with ${code ?? signal}`)
  const [reason] = await Promise.all([end.catch((error: Error) => error.message)])
  throw new Error(`Prometheus did not start (${reason}): ${said}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
