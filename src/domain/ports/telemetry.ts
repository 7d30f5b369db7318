/** What a query's value must be. */
export const EXPECTATIONS = ['> 0', '= 0'] as const
export type Expectation = (typeof EXPECTATIONS)[number]

/** One question to the telemetry about the time since the deployment to an environment. */
export interface TelemetryQuery {
  name: string
  /** PromQL that comes to one value; `{environment}` is replaced by its name, `{range}` by that time, such as `615s`. */
  query: string
  expect: Expectation
}

export const meets = (value: number, expect: Expectation): boolean =>
  expect === '> 0' ? value > 0 : value === 0

/** A query about one environment. @param seconds whole seconds, above 0 */
export const fillQuery = (query: string, environment: string, seconds: number): string =>
  query.replaceAll('{environment}', environment).replaceAll('{range}', `${seconds}s`)

/**
 * By how much counters rose. `increase()` alone compares the samples inside the range with one another: it misses what a
 * counter that is new with the deployment began with, and what rose before the first scrape. So each series' highest
 * value is compared with its last one before (at most an hour), which counts as 0 where there is none or where it was
 * higher, because the counter began again. Where that finds nothing, `increase()` sees a counter that was reset in
 * between, and says 0 or, before two scrapes, nothing.
 */
const risen = (series: string): string => {
  const highest = `max_over_time(${series}[{range}])`
  const before = `last_over_time(${series}[1h] offset {range})`
  return `sum((${highest} - (${before} <= ${highest}) or ${highest}) > 0 or increase(${series}[{range}]))`
}

const AUTHENTICATIONS = 'agent_authentications_total{environment="{environment}"'

/**
 * What is asked unless the config says otherwise. A result that never happened has no series: then its family answers 0,
 * as long as somebody exports it.
 */
export const DEFAULT_QUERIES: readonly TelemetryQuery[] = [
  {
    name: 'authentication successes',
    query: risen(`${AUTHENTICATIONS},result="success"}`),
    expect: '> 0',
  },
  {
    name: 'authentication failures',
    query: `${risen(`${AUTHENTICATIONS},result="failure"}`)} or 0 * count(increase(${AUTHENTICATIONS}}[{range}]))`,
    expect: '= 0',
  },
  {
    name: 'token-expiry warnings',
    query: risen('agent_token_expiry_warnings_total{environment="{environment}"}'),
    expect: '= 0',
  },
]
