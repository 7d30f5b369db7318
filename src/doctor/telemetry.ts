import { type AgentUse, readAgentUse } from '#domain/ports/agent-use'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, fine, type HealthCheck, off } from './health-check.ts'

/** How far back the queries are tried. */
const RANGE_S = 300

/** Prometheus answers every configured query with values by agent. */
export const telemetry: HealthCheck = {
  id: 'telemetry',
  title: 'Telemetry',
  async run({ telemetry: port, config, now }) {
    if (!port)
      return [
        off(
          'PROMETHEUS_URL is not set: step 4 then rests on the smoke test, and needs a manual step where there is none',
          'Set PROMETHEUS_URL to the base URL of Prometheus’ HTTP API.',
        ),
      ]
    const at = now()
    const since = new Date(Date.parse(at) - RANGE_S * 1000).toISOString()
    const uses = await Promise.all(
      config.environments.map(({ name }) => readAgentUse(port, config.telemetryQueries, name, since, at)),
    )
    const problems = problemsOf(uses)
    if (problems.length > 0) return problems
    return [
      fine(`Prometheus answers ${config.telemetryQueries.length} queries${silence(uses)}${versions(uses)}`),
    ]
  },
}

/** Groups queries with one problem, such as an outage. */
function problemsOf(uses: readonly AgentUse[]): HealthCheckResult[] {
  const found = uses
    .flatMap(({ queries }) => queries)
    .flatMap(({ name, problem, warnings: [warning] }) => {
      if (problem) return [{ name, sentence: problem.sentence, isLabel: problem.reason === 'labels' }]
      return warning === undefined
        ? []
        : [{ name, sentence: `the answer may be incomplete: “${warning}”`, isLabel: false }]
    })
  return [...Map.groupBy(found, ({ sentence }) => sentence)].map(([sentence, queries]) =>
    broken(
      `${[...new Set(queries.map(({ name }) => `“${name}”`))].join(', ')}: ${sentence}`,
      queries[0]?.isLabel
        ? 'Write telemetry.queries as sum by (agent, version) (…), over metrics with the label agent.'
        : 'Check PROMETHEUS_URL, and that telemetry.queries are valid PromQL.',
    ),
  )
}

function silence(uses: readonly AgentUse[]): string {
  const byName = Map.groupBy(
    uses.flatMap(({ queries }) => queries),
    ({ name }) => name,
  )
  const silent = [...byName.values()].filter((queries) =>
    queries.every(({ samples }) => samples.length === 0),
  )
  return silent.length > 0
    ? `; ${silent.length} of them returned nothing for the last ${RANGE_S / 60} minutes`
    : ''
}

function versions(uses: readonly AgentUse[]): string {
  const counts = uses.flatMap((use) => use.counts)
  return counts.length > 0 && counts.every(({ version }) => version === null)
    ? '; no series has the label “version”, so that an old version is disabled by inference only'
    : ''
}
