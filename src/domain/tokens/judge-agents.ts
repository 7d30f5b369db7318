import type { AgentUse, QueryReading, UseSample } from '#domain/ports/agent-use'
import { meets } from '#domain/ports/telemetry'
import type { CheckState } from '#domain/rotation/rotation'
import { namesVersion, shortVersion } from './version-use.ts'

const WAIT = 'Wait until Prometheus has scraped the agents twice, then run the checks again.'
const CORRECT =
  'Correct telemetry.queries in the config, or what the agents export; then run the checks again.'
const RETRY = 'Fix what it reports, then run the checks again.'
const FIX_CAUSE = 'Find the cause in the agents’ logs; when it is fixed, deploy and test again.'
const DEPLOY = 'Deploy again, so that they take the new token; then run the checks again.'

/** After two scrapes, in seconds, an empty result means that the metric is not exported. */
const SCRAPED_TWICE_S = 300

/** An agent whose token is rotated, with the ids of the token's versions where they are known. */
export interface AgentInScope {
  agent: string
  previousVersionId: string | null
  newVersionId: string | null
}

export interface Judgement {
  state: CheckState
  words: string
  /** Empty when passed. */
  advice: string
}

/**
 * Decides whether each agent meets what every query expects. Other agents do not count. A failure outweighs what could not be
 * read; an answer that may be incomplete is enough to fail, not to pass.
 */
export function judgeAgents(use: AgentUse, agents: readonly AgentInScope[]): Judgement {
  const all = use.queries.flatMap((query) => judgeQuery(query, agents, use.seconds))
  const wrong = all.filter(({ state }) => state === 'failed')
  const unread = all.filter(({ state }) => state === 'unknown')
  const [first] = [...wrong, ...unread]
  if (first) return { ...first, words: [...wrong, ...unread].map(({ words }) => words).join('; ') }
  if (use.queries.length === 0 || agents.length === 0)
    return { state: 'unknown', words: 'No query is configured', advice: CORRECT }
  const expected = use.queries.map(({ name, expect }) => `${name} ${expect}`).join(', ')
  return { state: 'passed', words: `${named(agents.map(({ agent }) => agent))}: ${expected}`, advice: '' }
}

const unknown = (words: string, advice: string): Judgement => ({ state: 'unknown', words, advice })
const failed = (words: string, advice: string): Judgement => ({ state: 'failed', words, advice })

function judgeQuery(query: QueryReading, agents: readonly AgentInScope[], seconds: number): Judgement[] {
  const { name, expect, problem, warnings, samples } = query
  const each = agents.map((agent) => ({ ...agent, own: samplesOf(query, agent.agent) }))
  const lacking = each.filter(({ own }) => own.length > 0 && own.every(isNumber) && !meetsAll(own, expect))
  const outdated = query.counts === 'successes' ? each.filter(hasOldOnly) : []
  const found = [
    ...(lacking.length > 0
      ? [failed(`${name}: ${named(lacking.map(shown))} (expected ${expect})`, FIX_CAUSE)]
      : []),
    ...(outdated.length > 0
      ? [
          failed(
            `${named(outdated.map(({ agent }) => agent))}: authenticated with the old version only`,
            DEPLOY,
          ),
        ]
      : []),
  ]
  if (problem) return [...found, unknown(`${name}: ${problem.sentence}`, problem.advice)]
  const odd = each.filter(({ own }) => !own.every(isNumber))
  if (odd.length > 0) found.push(unknown(`${name}: ${named(odd.map(shown))}`, CORRECT))
  const missing = each.filter(({ own }) => own.length === 0)
  if (missing.length > 0)
    found.push(
      missingWords(
        name,
        missing.map(({ agent }) => agent),
        samples,
        seconds,
      ),
    )
  const [warning] = warnings
  if (found.length === 0 && warning !== undefined)
    return [unknown(`${name}: the answer may be incomplete: “${warning}”`, RETRY)]
  return found
}

/** The values of one agent, by version. */
export const samplesOf = ({ samples }: QueryReading, agent: string): UseSample[] =>
  samples.filter((sample) => sample.agent === agent)

const isNumber = ({ value }: UseSample): boolean => Number.isFinite(value)

const meetsAll = (own: UseSample[], expect: QueryReading['expect']): boolean =>
  expect === '= 0' ? own.every(({ value }) => meets(value, expect)) : meets(sum(own), expect)

export const sum = (samples: UseSample[]): number => samples.reduce((total, { value }) => total + value, 0)

const shown = ({ agent, own }: { agent: string; own: UseSample[] }): string =>
  `${agent} ${inDigits(sum(own))}`

/** Every authentication has a label `version`, and that is always the old one. */
function hasOldOnly({ own, previousVersionId, newVersionId }: AgentInScope & { own: UseSample[] }): boolean {
  const used = own.filter(({ value }) => value > 0)
  if (used.length === 0 || previousVersionId === null || previousVersionId === newVersionId) return false
  return used.every(
    ({ version }) =>
      version !== null &&
      namesVersion(version, previousVersionId) &&
      !(newVersionId !== null && namesVersion(version, newVersionId)),
  )
}

function missingWords(name: string, missing: string[], samples: UseSample[], seconds: number): Judgement {
  const others = [...new Set(samples.map(({ agent }) => clip(agent)))]
  const isEarly = seconds < SCRAPED_TWICE_S
  if (others.length > 0)
    return unknown(
      `${name}: nothing was measured for ${named(missing)}, only for ${named(others)}`,
      isEarly ? WAIT : CORRECT,
    )
  return isEarly
    ? unknown(`${name}: nothing was measured`, WAIT)
    : unknown(`${name}: the metric is not exported`, CORRECT)
}

/** Text that an exporter wrote. */
export const clip = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text)

export const withVersion = ({ agent, version, value }: UseSample): string =>
  [clip(agent), ...(version === null ? [] : [shortVersion(version)]), inDigits(value)].join(' ')

const NAMED = 3

/** `a, b, c and 4 more`; each once, because an agent may have several tokens. */
export function named(all: readonly string[], most = NAMED): string {
  const words = [...new Set(all)]
  const more = words.length - most
  return `${words.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Short, but never rounded to 0. */
export function inDigits(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value)
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)))
}
