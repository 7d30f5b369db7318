import { type AgentUse, readAgentUse } from '#domain/ports/agent-use'
import type { Measurement, Telemetry } from '#domain/ports/systems'
import type { TelemetryQuery } from '#domain/ports/telemetry'
import { NotReadable } from '#domain/tokens/secret'
import { NOW } from './rotation-builder.ts'

/** 10 minutes and 15 s before the check. */
export const SINCE = new Date(Date.parse(NOW) - 615_000).toISOString()

export const SUCCESSES: TelemetryQuery = { name: 'successes', query: 'sum(s[{range}])', expect: '> 0' }
export const FAILURES: TelemetryQuery = { name: 'failures', query: 'sum(f[{range}])', expect: '= 0' }

/** Values by `agent` or `agent version`; an empty name has no label. */
export type Values = Record<string, number>
export type Answer = Values | { error: string } | Measurement

function measured(values: Values): Measurement {
  const samples = Object.entries(values).map(([name, value]) => {
    const [agent = '', version = ''] = name.split(' ')
    const labels = { ...(agent && { agent }), ...(version && { version }) }
    return { labels, value }
  })
  return { samples, warnings: [] }
}

const isMeasurement = (answer: Answer): answer is Measurement =>
  'samples' in answer && Array.isArray(answer.samples)
const isError = (answer: Answer): answer is { error: string } =>
  'error' in answer && typeof answer.error === 'string'

/** Telemetry that answers the two queries and records them. */
export function aTelemetry(successes: Answer, failures: Answer) {
  const asked: { promql: string; at: string }[] = []
  const telemetry: Telemetry = {
    async query(promql, at) {
      asked.push({ promql, at })
      const answer = promql.includes('s[') ? successes : failures
      if (isError(answer)) throw new NotReadable(answer.error)
      return isMeasurement(answer) ? answer : measured(answer)
    },
    graphUrl: (promql) => `https://prometheus.example/graph?q=${encodeURIComponent(promql)}`,
  }
  return { telemetry, asked }
}

export const anAgentUse = (
  successes: Answer,
  failures: Answer,
  queries: readonly TelemetryQuery[] = [SUCCESSES, FAILURES],
): Promise<AgentUse> =>
  readAgentUse(aTelemetry(successes, failures).telemetry, queries, 'staging', SINCE, NOW)
