import type { Instant } from '#domain/rotation/rotation'
import { NotReadable } from '#domain/tokens/secret'
import type { Measurement, Telemetry } from './systems.ts'
import { type Counted, countedBy, type Expectation, fillQuery, type TelemetryQuery } from './telemetry.ts'

/** More series are not read: a query that is not aggregated may return thousands. */
export const MAX_SERIES = 2_000

/** One value of a query. */
export interface UseSample {
  agent: string
  /** The label `version`; null where the series has none. */
  version: string | null
  value: number
}

/** What one query answered. */
export interface QueryReading {
  name: string
  counts: Counted
  expect: Expectation
  promql: string
  graphUrl: string
  samples: UseSample[]
  /** The system's own words; with one, the answer may be incomplete. */
  warnings: string[]
  /** Why the answer says nothing about agents; null when it does. */
  problem: QueryProblem | null
}

export interface QueryProblem {
  reason: 'early' | 'unread' | 'series' | 'labels'
  sentence: string
  advice: string
}

/** How often an agent did something with one version of its token. */
export interface VersionCounts {
  agent: string
  /** The label `version`: the version's id, or its beginning; null where the series have none. */
  version: string | null
  successes: number
  failures: number
  /** That the token expires soon. */
  warnings: number
}

/** What agents of one environment did with their tokens since an instant, as the telemetry counts it. */
export interface AgentUse {
  environment: string
  since: Instant
  /** When it was evaluated: whole seconds after `since`. */
  at: Instant
  seconds: number
  /** Queries that have the same `counts` are summed. */
  counts: VersionCounts[]
  queries: QueryReading[]
}

const LABELS =
  'Write it as sum by (agent, version) (…), over metrics with the label agent; then run the checks again.'
const AGGREGATE =
  'Aggregate the query in telemetry.queries with sum by (agent, version) (…), then run the checks again.'
const RETRY = 'Fix what it reports, then run the checks again.'
const WAIT = 'Wait a few seconds, then run the checks again.'

/**
 * Asks the telemetry what the agents of an environment did. Never throws `NotReadable`: what could not be read is the
 * `problem` of its query.
 *
 * @param since such as the end of a deployment. What happened between the last scrape before it and it counts too
 */
export async function readAgentUse(
  telemetry: Telemetry,
  queries: readonly TelemetryQuery[],
  environment: string,
  since: Instant,
  now: Instant,
): Promise<AgentUse> {
  const seconds = Math.max(0, Math.floor((Date.parse(now) - Date.parse(since)) / 1000))
  // Evaluated whole seconds after the start, so that the range begins exactly there.
  const at = new Date(Date.parse(since) + seconds * 1000).toISOString()
  const readings = await Promise.all(
    queries.map((query) => readQuery(telemetry, query, { environment, seconds, at })),
  )
  return { environment, since, at, seconds, counts: sumUp(readings), queries: readings }
}

interface Range {
  environment: string
  seconds: number
  at: Instant
}

async function readQuery(
  telemetry: Telemetry,
  query: TelemetryQuery,
  { environment, seconds, at }: Range,
): Promise<QueryReading> {
  const promql = fillQuery(query.query, environment, Math.max(1, seconds))
  const base = {
    name: query.name,
    counts: countedBy(query),
    expect: query.expect,
    promql,
    graphUrl: telemetry.graphUrl(promql, at),
    samples: [],
    warnings: [],
  }
  if (seconds < 1)
    return { ...base, problem: { reason: 'early', sentence: 'less than a second has passed', advice: WAIT } }
  try {
    const measurement = await telemetry.query(promql, at)
    return { ...base, warnings: measurement.warnings, ...samplesOf(measurement) }
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return { ...base, problem: { reason: 'unread', sentence: error.message, advice: RETRY } }
  }
}

function samplesOf({ samples }: Measurement): Pick<QueryReading, 'samples' | 'problem'> {
  if (samples.length > MAX_SERIES)
    return {
      samples: [],
      problem: {
        reason: 'series',
        sentence: `its answer has ${samples.length} series; at most ${MAX_SERIES} are read`,
        advice: AGGREGATE,
      },
    }
  const labelled = samples.flatMap(({ labels: { agent, version }, value }) =>
    agent ? [{ agent, version: version || null, value }] : [],
  )
  // `or vector(0)` adds a 0 without labels; beside labelled values it says nothing.
  const isEmpty = labelled.length > 0 ? (value: number) => value === 0 : () => false
  const unlabelled = samples.filter(({ labels, value }) => !labels.agent && !isEmpty(value))
  if (unlabelled.length === 0) return { samples: labelled, problem: null }
  const words = labelled.length > 0 ? 'part of its answer' : 'its answer'
  return {
    samples: labelled,
    problem: {
      reason: 'labels',
      sentence: `${words} has no label “agent”, so no agent can be judged by it`,
      advice: LABELS,
    },
  }
}

function sumUp(readings: readonly QueryReading[]): VersionCounts[] {
  const rows = new Map<string, VersionCounts>()
  for (const { counts, samples } of readings)
    for (const { agent, version, value } of samples) {
      const key = JSON.stringify([agent, version])
      const row = rows.get(key) ?? { agent, version, successes: 0, failures: 0, warnings: 0 }
      rows.set(key, { ...row, [counts]: row[counts] + value })
    }
  return [...rows.values()]
}
