import type { HealthCheckResult } from '#domain/ports/health-check-result'
import type { Telemetry } from '#domain/ports/systems'
import { fillQuery, type TelemetryQuery } from '#domain/ports/telemetry'
import type { Instant } from '#domain/rotation/rotation'
import { NotReadable } from '#domain/tokens/secret'
import { broken, fine, type HealthCheck, off } from './health-check.ts'

/** Any will do to see whether a query is understood. */
const ENVIRONMENT = 'staging'
/** How far back a query is tried. */
const RANGE_S = 300

/** Prometheus answers every configured query with at most one value. */
export const telemetry: HealthCheck = {
  id: 'telemetry',
  title: 'Telemetry',
  async run({ telemetry: port, config, now }) {
    if (!port)
      return [
        off(
          'PROMETHEUS_URL is not set: step 4 then needs a manual step for its telemetry',
          'Set PROMETHEUS_URL to the base URL of Prometheus’ HTTP API.',
        ),
      ]
    const tried = await Promise.all(config.telemetryQueries.map((query) => tryQuery(port, query, now())))
    const failed = tried.filter(({ problem }) => problem !== null)
    if (failed.length > 0) return [...Map.groupBy(failed, ({ problem }) => problem)].map(problemResult)
    const silent = tried.filter(({ isSilent }) => isSilent).length
    const beside =
      silent > 0 ? `; ${silent} of them returned nothing for the last ${RANGE_S / 60} minutes` : ''
    return [fine(`Prometheus answers ${tried.length} queries${beside}`)]
  },
}

interface Tried {
  name: string
  /** A sentence; null when the query works. */
  problem: string | null
  /** No result: not exported, or nothing happened yet. */
  isSilent: boolean
}

async function tryQuery(port: Telemetry, { name, query }: TelemetryQuery, at: Instant): Promise<Tried> {
  try {
    const { samples } = await port.query(fillQuery(query, ENVIRONMENT, RANGE_S), at)
    const problem =
      samples.length > 1 ? `${samples.length} values instead of one: aggregate with sum()` : null
    return { name, problem, isSilent: samples.length === 0 }
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return { name, problem: error.message, isSilent: false }
  }
}

/** Groups queries with one problem, such as an outage. */
const problemResult = ([problem, tried]: [string | null, Tried[]]): HealthCheckResult =>
  broken(
    `${tried.map(({ name }) => `“${name}”`).join(', ')}: ${problem}`,
    'Check PROMETHEUS_URL, and that telemetry.queries are valid PromQL.',
  )
