import type { Measurement, Telemetry } from '#domain/ports/systems'
import { fillQuery, meets, type TelemetryQuery } from '#domain/ports/telemetry'
import { excerptEvidence, linkEvidence } from '#domain/rotation/evidence'
import type { CheckState, Evidence, Instant } from '#domain/rotation/rotation'
import { NotReadable } from '#domain/tokens/secret'
import { type EnvironmentCheck, failed, passed, unknown, type Verdict } from './check.ts'
import { deploymentTo, notInScope } from './deployment.ts'
import { inWords } from './in-words.ts'

const WAIT = 'Wait until Prometheus has scraped the agents twice, then run the checks again.'
const CORRECT =
  'Correct telemetry.queries in the config, or what the agents export; then run the checks again.'
const AGAIN = 'Mend what it says, then run the checks again.'
const AGGREGATE = 'Aggregate the query in telemetry.queries with sum(), then run the checks again.'
const MEND = 'See in the agents’ logs why; when the cause is fixed, deploy again.'

/** Two scrapes have surely happened after this many seconds; from then on nothing means that nobody exports it. */
const SCRAPED_TWICE_S = 300

/** Each configured query, over the time since the deployment to the environment, has the value that it must have. */
export const agentsWork: EnvironmentCheck = {
  id: 'agents-work',
  title: (environment) => `Agents work in ${environment}`,
  how: 'asks the telemetry about the time since the deployment',
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
        'Have it set to the base of Prometheus’ HTTP API, or record a manual step with proof.',
      )
    const deployment = await deploymentTo(input, environment)
    if ('verdict' in deployment)
      return unknown(
        `There is no finished deployment whose time could be looked at: ${deployment.verdict.sentence}`,
        `Deploy to ${name}, then run the checks again.`,
      )
    const { runId, finishedAt } = deployment.run
    if (finishedAt === null)
      return unknown(`Run ${runId} succeeded, but the CI does not tell when`, `Deploy to ${name} again.`)
    const seconds = Math.floor((Date.parse(now) - Date.parse(finishedAt)) / 1000)
    if (seconds < 1) return unknown(`The deployment finished only now, at ${inWords(finishedAt)}`, WAIT)
    // Asked for the last whole second, so that the time begins when the deployment ended and not within a second after.
    const at = new Date(Date.parse(finishedAt) + seconds * 1000).toISOString()
    const findings = await Promise.all(
      telemetryQueries.map((query) => look(telemetry, query, { environment: name, seconds }, at)),
    )
    return verdictOf(findings, seconds)
  },
}

/** What one query came to, and how it is shown. */
interface Finding {
  state: CheckState
  words: string
  advice: string
  evidence: Evidence[]
}

/** What is wrong with one query outweighs what could not be read of another. */
function verdictOf(findings: Finding[], seconds: number): Verdict {
  const all = findings.flatMap((finding) => finding.evidence)
  // Links first: a query is long, and the modal shows what it has room for.
  const evidence = [...all.filter((each) => each.url), ...all.filter((each) => !each.url)]
  const wrong = findings.filter(({ state }) => state === 'failed')
  const unread = findings.filter(({ state }) => state === 'unknown')
  const words = (some: Finding[]) => some.map((finding) => finding.words).join('; ')
  const since = `in the ${seconds} s since the deployment`
  const [first] = [...wrong, ...unread]
  if (!first) {
    if (findings.length === 0) return unknown('No query is configured', CORRECT)
    return passed(`${words(findings)}, ${since}`, evidence)
  }
  if (wrong.length > 0) return failed(`${words([...wrong, ...unread])}, ${since}`, first.advice, evidence)
  return { ...unknown(words(unread), first.advice), evidence }
}

async function look(
  telemetry: Telemetry,
  query: TelemetryQuery,
  { environment, seconds }: { environment: string; seconds: number },
  at: Instant,
): Promise<Finding> {
  const promql = fillQuery(query.query, environment, seconds)
  try {
    const measured = await telemetry.query(promql, at)
    const shown = shownValue(measured)
    const evidence = [
      linkEvidence(`${query.name} = ${shown}`, telemetry.graphUrl(promql, at)),
      excerptEvidence(`${promql} = ${shown} at ${inWords(at)}`),
    ]
    return { ...judge(query, measured, shown, seconds), evidence }
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return { ...unread(query.name, error.message, AGAIN), evidence: [] }
  }
}

type Judgement = Omit<Finding, 'evidence'>

const unread = (name: string, words: string, advice: string): Judgement => ({
  state: 'unknown',
  words: `${name}: ${words}`,
  advice,
})

/** Only exactly one finite value can pass. @param shown the value in digits */
function judge(
  { name, expect }: TelemetryQuery,
  { samples, warnings }: Measurement,
  shown: string,
  seconds: number,
): Judgement {
  const [sample, ...others] = samples
  if (!sample)
    return seconds < SCRAPED_TWICE_S
      ? unread(name, `nothing was measured in the ${seconds} s since the deployment`, WAIT)
      : unread(name, `nobody exports it, for ${seconds} s since the deployment`, CORRECT)
  if (others.length > 0) return unread(name, `${shown} instead of one`, AGGREGATE)
  if (!Number.isFinite(sample.value)) return unread(name, `its value is ${shown}`, CORRECT)
  if (!meets(sample.value, expect))
    return { state: 'failed', words: `${name} ${shown}, expected ${expect}`, advice: MEND }
  // A part of the answer may be missing: enough to see something wrong, not to call it clean.
  if (warnings.length > 0) return unread(name, `${shown}, with the warning “${warnings[0]}”`, AGAIN)
  return { state: 'passed', words: `${name} ${shown}`, advice: '' }
}

function shownValue({ samples }: Measurement): string {
  const [sample, ...others] = samples
  if (!sample) return 'nothing'
  return others.length > 0 ? `${samples.length} values` : inDigits(sample.value)
}

/** Short, and never rounded to 0. */
function inDigits(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value)
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)))
}
