import { GROUPS, type Group, type Selector } from './series.ts'

/** A supported query: the increase of counters by labels, or 0 while the metric exists. */
export interface Question {
  by: Group[]
  risen: Selector
  otherwise: Selector | null
  rangeMs: number
}

const SERIES = String.raw`\w+\{[^{}]*\}`
const HIGHEST = String.raw`max_over_time\(\k<series>\[\k<range>\]\)`
const BY = String.raw`(?<by> by \((?:agent|agent, version)\) )?`
const FORM = new RegExp(
  [
    String.raw`^sum${BY}\(\(max_over_time\((?<series>${SERIES})\[(?<range>\d+s)\]\)`,
    String.raw` - \(last_over_time\(\k<series>\[1h\] offset \k<range>\) <= ${HIGHEST}\) or ${HIGHEST}\) > 0`,
    String.raw` or increase\(\k<series>\[\k<range>\]\)\)`,
    String.raw`(?: or 0 \* count\k<by>\(increase\((?<family>${SERIES})\[\k<range>\]\)\))?$`,
  ].join(''),
)

/** Parses a query; undefined for forms other than the defaults of `telemetry.queries`. */
export function readQuery(promql: string): Question | undefined {
  const found = FORM.exec(promql.replace(/\s+/g, ' ').trim())?.groups
  if (!found) return undefined
  const { series = '', range = '', family, by = '' } = found
  const risen = readSelector(series)
  const otherwise = family === undefined ? null : readSelector(family)
  const rangeMs = Number.parseInt(range, 10) * 1000
  return risen && otherwise !== undefined && rangeMs > 0
    ? { risen, otherwise, rangeMs, by: GROUPS.filter((label) => by.includes(label)) }
    : undefined
}

function readSelector(text: string): Selector | undefined {
  const [, metric = '', inside = ''] = /^(\w+)\{(.*)\}$/.exec(text) ?? []
  const matchers = inside.split(',').filter(Boolean)
  const pairs = matchers.map((matcher) => /^\s*(\w+)="([^"\\]*)"\s*$/.exec(matcher))
  if (pairs.includes(null)) return undefined
  return { metric, labels: Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? ''])) }
}
