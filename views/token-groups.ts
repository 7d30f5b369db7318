import { compareTokens, environmentsOf, tokenLabel } from '#domain/tokens/scope'
import { compareAges, type Freshness, freshness, type TokenAge } from '#domain/tokens/token-age'
import { escapeUntrusted, listSome, plural } from './text.ts'
import { tokenAgeWords } from './token-age-words.ts'

const ENVIRONMENTS_SHOWN = 20
const NAMED = 4
const CADENCES_SHOWN = 4

/** States whose tokens are named, worst first; the rest is counted. */
const PRESSING: { state: Freshness; words: string }[] = [
  { state: 'overdue', words: 'overdue' },
  { state: 'unknown', words: 'not read' },
  { state: 'due-soon', words: 'due soon' },
]

/** For many tokens, one line per environment: the count and the agents that need attention. */
export function environmentLines(tokens: TokenAge[]): string[] {
  const byEnvironment = Map.groupBy(tokens, (token) => token.environment)
  const names = environmentsOf(tokens)
  const shown = names.length > ENVIRONMENTS_SHOWN ? names.slice(0, ENVIRONMENTS_SHOWN - 1) : names
  const others = names.slice(shown.length).flatMap((name) => byEnvironment.get(name) ?? [])
  const othersName = `${names.length - shown.length} other environments`
  return [
    ...shown.map((name) => groupLine(escapeUntrusted(name, 100), byEnvironment.get(name) ?? [])),
    ...(others.length > 0 ? [groupLine(othersName, others)] : []),
  ]
}

function groupLine(name: string, tokens: TokenAge[]): string {
  const byState = Map.groupBy(tokens, (token) => freshness(token))
  const pressing = PRESSING.flatMap(({ state, words }) => {
    const held = byState.get(state) ?? []
    if (held.length === 0) return []
    const named = listSome(
      oldestFirst(held),
      NAMED,
      (token) => `${escapeUntrusted(token.agent, 100)} ${tokenAgeWords(token)}`,
    )
    return [`${state === 'due-soon' ? '' : '⚠ '}${held.length} ${words}: ${named}`]
  })
  const [oldest] = oldestFirst(byState.get('fresh') ?? [])
  const rest = oldest
    ? [
        `${byState.get('fresh')?.length} ok, the oldest ${escapeUntrusted(oldest.agent, 100)} (${tokenAgeWords(oldest)})`,
      ]
    : []
  return `*${name}* · ${plural(tokens.length, 'token')} · ${[...pressing, ...rest].join(' · ')}`
}

const oldestFirst = (tokens: TokenAge[]): TokenAge[] =>
  tokens.toSorted((a, b) => compareAges(a, b) || compareTokens(a, b))

/** The most common cadence, and the tokens with another one. */
export function cadenceLines(tokens: TokenAge[]): string[] {
  const byCadence = [...Map.groupBy(tokens, (token) => token.cadenceDays)].sort(
    ([a, some], [b, others]) => others.length - some.length || a - b,
  )
  const [usual, ...rest] = byCadence
  if (!usual) return []
  const others = rest
    .slice(0, CADENCES_SHOWN)
    .map(
      ([days, held]) =>
        `${plural(days, 'day')} for ${listSome(held, NAMED, (token) => escapeUntrusted(tokenLabel(token), 180))}`,
    )
  const left = rest.slice(CADENCES_SHOWN).flatMap(([, held]) => held).length
  const more = left > 0 ? [`another for ${plural(left, 'token')}`] : []
  return [[`Cadence: ${plural(usual[0], 'day')}`, ...others, ...more].join('; ')]
}
