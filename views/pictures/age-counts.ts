import { environmentsOf } from '#domain/tokens/scope'
import { type Freshness, freshness, type TokenAge } from '#domain/tokens/token-age'
import { plural } from '../text.ts'
import { tokenSummary } from '../token-lines.ts'
import { INK, label, line, MARGIN, OVERDUE_FILL, rect, svg, svgText, UNREAD_FILL, WIDTH } from './svg.ts'

const TOP = 56
const GROUP = 86
const HEAD = 20
const COLUMN = { width: 34, height: 38 }
const AXIS = 34
const MOST_ENVIRONMENTS = 6

/** A column of the picture: a range of ages in parts of the cadence. */
interface Range {
  words: string
  fill: string
  holds(ratio: number | null, state: Freshness): boolean
}

const FRESH = `fill="${INK.fresh}"`

const upTo = (from: number, to: number): Range => ({
  words: `${from * 100}–${to * 100}`,
  fill: FRESH,
  holds: (ratio, state) => state !== 'overdue' && ratio !== null && ratio >= from && (ratio < to || to === 1),
})

const RANGES: Range[] = [
  upTo(0, 0.25),
  upTo(0.25, 0.5),
  upTo(0.5, 0.75),
  upTo(0.75, 1),
  {
    words: '100–150',
    fill: OVERDUE_FILL,
    holds: (ratio, state) => state === 'overdue' && (ratio ?? 0) < 1.5,
  },
  {
    words: '> 150',
    fill: OVERDUE_FILL,
    holds: (ratio, state) => state === 'overdue' && (ratio ?? 0) >= 1.5,
  },
  { words: 'not read', fill: UNREAD_FILL, holds: (_, state) => state === 'unknown' },
]
const FIRST_OVERDUE = 4

interface Group {
  name: string
  counts: number[]
  tokens: number
}

/** For many tokens: counts by range of age and environment. */
export function ageCounts(tokens: TokenAge[]): string {
  const groups = groupsOf(tokens)
  const bottom = TOP + groups.length * GROUP
  return svg(bottom + AXIS, [
    label(MARGIN, 26, 'Token age against cadence', { size: 14, bold: true }),
    label(MARGIN, 43, svgText(tokenSummary(tokens), 60), { color: INK.muted }),
    ...groups.flatMap((group, index) => drawGroup(group, TOP + index * GROUP)),
    ...RANGES.map(({ words }, column) =>
      label(middleOf(column), bottom + 11, words, { size: 9.5, color: INK.muted, anchor: 'middle' }),
    ),
    label(MARGIN, bottom + 25, 'Age in % of the cadence. Striped, right of the dashed line: overdue.', {
      size: 9.5,
      color: INK.muted,
    }),
  ])
}

const STEP = (WIDTH - 2 * MARGIN) / RANGES.length
const middleOf = (column: number): number => MARGIN + STEP * (column + 0.5)
const DUE = MARGIN + STEP * FIRST_OVERDUE

function groupsOf(tokens: TokenAge[]): Group[] {
  const byEnvironment = Map.groupBy(tokens, (token) => token.environment)
  const names = environmentsOf(tokens)
  const own = names.length > MOST_ENVIRONMENTS ? names.slice(0, MOST_ENVIRONMENTS - 1) : names
  const others = names.slice(own.length)
  const group = (name: string, held: TokenAge[]) => ({
    name,
    counts: countsOf(held),
    tokens: held.length,
  })
  return [
    ...own.map((name) => group(name, byEnvironment.get(name) ?? [])),
    ...(others.length > 0
      ? [
          group(
            plural(others.length, 'other environment'),
            others.flatMap((name) => byEnvironment.get(name) ?? []),
          ),
        ]
      : []),
  ]
}

function countsOf(tokens: TokenAge[]): number[] {
  const counts = RANGES.map(() => 0)
  for (const token of tokens) {
    const state = freshness(token)
    const ratio = token.ageDays === null ? null : token.ageDays / Math.max(1, token.cadenceDays)
    const column = RANGES.findIndex((range) => range.holds(ratio, state))
    counts[column] = (counts[column] ?? 0) + 1
  }
  return counts
}

function drawGroup({ name, counts, tokens }: Group, top: number): string[] {
  // Each environment has its own scale, because the distribution matters and the counts are shown.
  const most = Math.max(...counts)
  const base = top + GROUP - 8
  const overdue = counts.slice(FIRST_OVERDUE, -1).reduce((sum, count) => sum + count, 0)
  const troubles = [
    ...(overdue > 0 ? [`${overdue} overdue`] : []),
    ...((counts.at(-1) ?? 0) > 0 ? [`${counts.at(-1)} not read`] : []),
  ]
  return [
    label(MARGIN, top + 14, svgText(name, 28), { size: 11.5, bold: true }),
    label(WIDTH - MARGIN, top + 14, [plural(tokens, 'token'), ...troubles].join(', '), {
      anchor: 'end',
      bold: overdue > 0,
    }),
    line(MARGIN, base, WIDTH - MARGIN, base, `stroke="${INK.edge}"`),
    line(DUE, top + HEAD, DUE, base, `stroke="${INK.text}" stroke-width="1.2" stroke-dasharray="4 3"`),
    ...counts.flatMap((count, column) => drawColumn(count, column, base, most)),
  ]
}

function drawColumn(count: number, column: number, base: number, most: number): string[] {
  if (count === 0) return []
  const height = Math.max(2, (count / most) * COLUMN.height)
  const box = { x: middleOf(column) - COLUMN.width / 2, y: base - height, width: COLUMN.width, height }
  return [
    rect(box, RANGES[column]?.fill ?? FRESH),
    label(middleOf(column), base - height - 3, count.toLocaleString('en'), { size: 10, anchor: 'middle' }),
  ]
}
