export const EXPECTATIONS = ['> 0', '= 0'] as const
export type Expectation = (typeof EXPECTATIONS)[number]

/** What a query counts: authentications, refusals, or warnings that a token expires soon. */
export const COUNTED = ['successes', 'failures', 'warnings'] as const
export type Counted = (typeof COUNTED)[number]

/** One question to the telemetry about the time since the deployment to an environment. */
export interface TelemetryQuery {
  name: string
  /**
   * PromQL that comes to one value for each agent, or agent and version, by the labels `agent` and `version`. `{environment}` is
   * replaced by its name, `{range}` by that time, such as `615s`.
   */
  query: string
  /** What the value of each agent must be. */
  expect: Expectation
  /** Without it, successes where `> 0` is expected, else failures. */
  counts?: Counted | undefined
}

export const countedBy = ({ counts, expect }: TelemetryQuery): Counted =>
  counts ?? (expect === '> 0' ? 'successes' : 'failures')

export const meets = (value: number, expect: Expectation): boolean =>
  expect === '> 0' ? value > 0 : value === 0

/** A query about one environment. @param seconds whole seconds, above 0 */
export const fillQuery = (query: string, environment: string, seconds: number): string =>
  query.replaceAll('{environment}', environment).replaceAll('{range}', `${seconds}s`)

/**
 * How much counters rose, by agent and version. `increase()` alone misses the first value of a new counter and what rose before the
 * first scrape. So each series' maximum is compared with its last value before (at most 1 h old; 0 when
 * absent or higher). `increase()` covers a reset in between.
 */
const risen = (series: string): string => {
  const highest = `max_over_time(${series}[{range}])`
  const before = `last_over_time(${series}[1h] offset {range})`
  return `sum by (agent, version) ((${highest} - (${before} <= ${highest}) or ${highest}) > 0 or increase(${series}[{range}]))`
}

const AUTHENTICATIONS = 'agent_authentications_total{environment="{environment}"'

/** A result that never occurred has no series; its metric family then answers 0, if it is exported. */
export const DEFAULT_QUERIES: readonly TelemetryQuery[] = [
  {
    name: 'authentication successes',
    query: risen(`${AUTHENTICATIONS},result="success"}`),
    expect: '> 0',
  },
  {
    name: 'authentication failures',
    query: `${risen(`${AUTHENTICATIONS},result="failure"}`)} or 0 * count by (agent, version) (increase(${AUTHENTICATIONS}}[{range}]))`,
    expect: '= 0',
  },
  {
    name: 'token-expiry warnings',
    query: risen('agent_token_expiry_warnings_total{environment="{environment}"}'),
    expect: '= 0',
    counts: 'warnings',
  },
]
