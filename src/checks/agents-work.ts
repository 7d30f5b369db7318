import type { Measurement, Telemetry } from '#domain/ports/systems'
import { fillQuery, meets, type TelemetryQuery } from '#domain/ports/telemetry'
import type { Environment } from '#domain/rotation/environments'
import { excerptEvidence, linkEvidence } from '#domain/rotation/evidence'
import type { CheckState, Evidence, Instant } from '#domain/rotation/rotation'
import { NotReadable } from '#domain/tokens/secret'
import { type CheckInput, type EnvironmentCheck, failed, passed, unknown, type Verdict } from './check.ts'
import { deploymentTo, notInScope } from './deployment.ts'
import { formatInstant } from './format-instant.ts'
import { summary } from './per-token.ts'
import { readVersions } from './read-versions.ts'

const WAIT = 'Wait until Prometheus has scraped the agents twice, then run the checks again.'
const CORRECT =
  'Correct telemetry.queries in the config, or what the agents export; then run the checks again.'
const RETRY = 'Fix what it reports, then run the checks again.'
const AGGREGATE = 'Aggregate the query in telemetry.queries with sum(), then run the checks again.'
const RESTORE = 'Restore access to what it names, then run the checks again.'
const FIX_CAUSE = 'Find the cause in the agents’ logs; when it is fixed, deploy and test again.'

/** After two scrapes, in seconds, an empty result means that the metric is not exported. */
const SCRAPED_TWICE_S = 300

/**
 * Each configured query, over the time since agents have the new tokens, has the value that it must have. They have them since
 * the deployment to the environment, or since the newest token where they read the secret while they run.
 */
export const agentsWork: EnvironmentCheck = {
  id: 'agents-work',
  title: (environment) => `Agents work in ${environment}`,
  how: 'asks the telemetry about the time since agents have the new tokens',
  backs: 'telemetry',
  concerns: () => true,
  async run(input, environment) {
    const outOfScope = notInScope(input, environment)
    if (outOfScope) return outOfScope
    const { name } = environment
    const { telemetry, telemetryQueries, now } = input
    if (!telemetry)
      return unknown(
        'No telemetry is connected: PROMETHEUS_URL is not set',
        'Set it to the base URL of Prometheus’ HTTP API, or record a manual step with proof.',
      )
    const start = await (environment.takes === 'deploy' ? deploymentEnd : newestToken)(input, environment)
    if ('verdict' in start) return start.verdict
    const seconds = Math.floor((Date.parse(now) - Date.parse(start.at)) / 1000)
    if (seconds < 1) return unknown(`${start.event} just now, at ${formatInstant(start.at)}`, WAIT)
    // Evaluated at a whole second after the start, so that the range begins exactly there.
    const at = new Date(Date.parse(start.at) + seconds * 1000).toISOString()
    const range = { environment: name, seconds, since: `${seconds} s since ${start.name}` }
    const results = await Promise.all(telemetryQueries.map((query) => evaluate(telemetry, query, range, at)))
    return verdictOf(results, range)
  },
}

/** Since when agents have the new tokens, or why nobody can tell. */
type Start = { at: Instant; name: string; event: string } | { verdict: Verdict }

async function deploymentEnd(input: CheckInput, environment: Environment): Promise<Start> {
  const { name } = environment
  const deployment = await deploymentTo(input, environment)
  if ('verdict' in deployment)
    return {
      verdict: unknown(
        `There is no finished deployment to measure from: ${deployment.verdict.sentence}`,
        `Deploy to ${name}, then run the checks again.`,
      ),
    }
  const { runId, finishedAt } = deployment.run
  if (finishedAt === null)
    return {
      verdict: unknown(`Run ${runId} succeeded, but the CI does not say when`, `Deploy to ${name} again.`),
    }
  return { at: finishedAt, name: 'the deployment', event: 'The deployment finished' }
}

async function newestToken(input: CheckInput, { name }: Environment): Promise<Start> {
  const { old, unread, newest } = await readVersions(input, name)
  if (old.length > 0)
    return {
      verdict: failed(
        `Agents in ${name} cannot have the new tokens yet: ${summary(old)}`,
        'Run the checks of step 3 again; they show what every token lacks.',
      ),
    }
  if (unread.length > 0 || !newest)
    return { verdict: unknown(`No time to measure from: ${summary(unread)}`, RESTORE) }
  return { at: newest.at, name: 'the newest token', event: `${newest.label} got its new version` }
}

/** What the queries are about. */
interface Range {
  environment: string
  seconds: number
  /** `615 s since the deployment` */
  since: string
}

interface QueryResult {
  state: CheckState
  words: string
  advice: string
  evidence: Evidence[]
}

/** A failed query outweighs one that could not be read. */
function verdictOf(results: QueryResult[], { since }: Range): Verdict {
  const all = results.flatMap((result) => result.evidence)
  // Links first: queries are long and the modal shows only part of the list.
  const evidence = [...all.filter((each) => each.url), ...all.filter((each) => !each.url)]
  const wrong = results.filter(({ state }) => state === 'failed')
  const unread = results.filter(({ state }) => state === 'unknown')
  const words = (some: QueryResult[]) => some.map((result) => result.words).join('; ')
  const [first] = [...wrong, ...unread]
  if (!first) {
    if (results.length === 0) return unknown('No query is configured', CORRECT)
    return passed(`${words(results)}, in the ${since}`, evidence)
  }
  if (wrong.length > 0)
    return failed(`${words([...wrong, ...unread])}, in the ${since}`, first.advice, evidence)
  return { ...unknown(words(unread), first.advice), evidence }
}

async function evaluate(
  telemetry: Telemetry,
  query: TelemetryQuery,
  range: Range,
  at: Instant,
): Promise<QueryResult> {
  const promql = fillQuery(query.query, range.environment, range.seconds)
  try {
    const measured = await telemetry.query(promql, at)
    const shown = shownValue(measured)
    const evidence = [
      linkEvidence(`${query.name} = ${shown}`, telemetry.graphUrl(promql, at)),
      excerptEvidence(`${promql} = ${shown} at ${formatInstant(at)}`),
    ]
    return { ...judge(query, measured, shown, range), evidence }
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return { ...unread(query.name, error.message, RETRY), evidence: [] }
  }
}

type Judgement = Omit<QueryResult, 'evidence'>

const unread = (name: string, words: string, advice: string): Judgement => ({
  state: 'unknown',
  words: `${name}: ${words}`,
  advice,
})

/** Passes only with exactly one finite value. @param shown the value in digits */
function judge(
  { name, expect }: TelemetryQuery,
  { samples, warnings }: Measurement,
  shown: string,
  { seconds, since }: Range,
): Judgement {
  const [sample, ...others] = samples
  if (!sample)
    return seconds < SCRAPED_TWICE_S
      ? unread(name, `nothing was measured in the ${since}`, WAIT)
      : unread(name, `the metric is not exported; ${since}`, CORRECT)
  if (others.length > 0) return unread(name, `${shown} instead of one`, AGGREGATE)
  if (!Number.isFinite(sample.value)) return unread(name, `its value is ${shown}`, CORRECT)
  if (!meets(sample.value, expect))
    return { state: 'failed', words: `${name} ${shown}, expected ${expect}`, advice: FIX_CAUSE }
  // The answer may be incomplete: enough to fail, not to pass.
  if (warnings.length > 0) return unread(name, `${shown}, with the warning “${warnings[0]}”`, RETRY)
  return { state: 'passed', words: `${name} ${shown}`, advice: '' }
}

function shownValue({ samples }: Measurement): string {
  const [sample, ...others] = samples
  if (!sample) return 'nothing'
  return others.length > 0 ? `${samples.length} values` : inDigits(sample.value)
}

/** Short, but never rounded to 0. */
function inDigits(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value)
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)))
}
