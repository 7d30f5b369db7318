import diagnostics from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { GithubClient } from '#integrations/github/github'
import type { Connection } from '#integrations/slack/keep-connected'
import type { Context } from '#src/context'
import { databaseGauges } from './database-gauges.ts'

/** The running bot, as far as it is measured. */
interface Measured {
  context: Context
  connection: Connection
}

/** What the bot measures, for Prometheus. No label names a person, a rotation or a secret. */
export interface Metrics {
  contentType: string
  /** The kind of an interaction, such as `command`; how it ended; from its arrival to its acknowledgement (ms), if it had one. */
  interaction(kind: string, result: 'handled' | 'failed', ackMs: number | null): void
  job(kind: string, outcome: 'delivered' | 'failed'): void
  watchGithub(client: GithubClient): void
  /** All metrics in Prometheus' text format. Gauges are read now. */
  read(bot: Measured | null): Promise<string>
  registry: Registry
}

const ACK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3]

/** Creates the metrics of one process. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })

  const ack = new Histogram({
    name: 'rotation_slack_ack_seconds',
    help: 'From the arrival of an interaction to its acknowledgement.',
    labelNames: ['kind'],
    buckets: ACK_BUCKETS,
    registers,
  })
  const interactions = counter('rotation_interactions_total', 'Interactions that Slack delivered.', [
    'kind',
    'result',
  ])
  const jobs = counter('rotation_jobs_total', 'Attempts of outbox jobs.', ['kind', 'outcome'])
  const github = counter('rotation_github_requests_total', 'Requests to GitHub.', ['outcome'])
  const githubLeft = gauge('rotation_github_rate_limit_remaining', 'Requests that GitHub still allows.')
  const aws = counter('rotation_aws_requests_total', 'Requests to AWS Secrets Manager.', ['outcome'])
  const connected = gauge('rotation_slack_connected', '1 while the bot is connected to Slack.')
  const reconnects = counter(
    'rotation_slack_reconnects_total',
    'Connections to Slack that replaced an earlier one.',
  )
  let reconnectsBefore = 0
  const intact = gauge('rotation_history_intact', '1 when the history was found intact at the start.')
  const readDatabase = databaseGauges(registry)
  countAws((outcome) => aws.inc({ outcome }))

  return {
    registry,
    contentType: registry.contentType,
    interaction(kind, result, ackMs) {
      interactions.inc({ kind, result })
      if (ackMs !== null) ack.observe({ kind }, ackMs / 1_000)
    },
    job: (kind, outcome) => jobs.inc({ kind, outcome }),
    watchGithub(client) {
      client.hook.after('request', (response) => {
        github.inc({ outcome: 'ok' })
        const left = Number(response.headers['x-ratelimit-remaining'] ?? Number.NaN)
        if (!Number.isNaN(left)) githubLeft.set(left)
      })
      client.hook.error('request', (error) => {
        const status = 'status' in error && typeof error.status === 'number' ? error.status : 0
        github.inc({ outcome: outcomeOf(status) })
        throw error
      })
    },
    async read(bot) {
      const state = bot?.connection.state()
      connected.set(state?.connected ? 1 : 0)
      const now = state?.reconnects ?? 0
      reconnects.inc(Math.max(0, now - reconnectsBefore))
      reconnectsBefore = now
      intact.set(bot?.context.integrity.historyProblem ? 0 : 1)
      if (bot) await readDatabase(bot.context)
      return registry.metrics()
    },
  }
}

/** A few outcomes instead of every status. */
function outcomeOf(status: number): string {
  if (status === 0) return 'unreachable'
  if (status === 429) return 'limited'
  if (status < 400) return 'ok'
  return status < 500 ? 'refused' : 'error'
}

/** The AWS SDK sends its requests by node:http, which reports them. */
function countAws(count: (outcome: string) => void): void {
  const isAws = (request: ClientRequest) =>
    String(request.getHeader('x-amz-target') ?? '').startsWith('secretsmanager.')
  diagnostics.subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    if (isAws(request)) count(outcomeOf(response.statusCode ?? 0))
  })
  diagnostics.subscribe('http.client.request.error', (message) => {
    const { request } = message as { request: ClientRequest }
    if (isAws(request)) count('unreachable')
  })
}
