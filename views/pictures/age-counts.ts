import { byUrgency, type Freshness, freshness, type TokenAge } from '#domain/tokens/token-age'
import { plural } from '../text.ts'
import { tokenSummary } from '../token-lines.ts'
import {
  DUE_SOON_FILL,
  INK,
  label,
  line,
  MARGIN,
  nameLines,
  OVERDUE_FILL,
  rect,
  svg,
  svgText,
  UNREAD_FILL,
  WIDTH,
} from './svg.ts'

const TOP = 56
const GROUP = 70
const HEAD = 20
const COLUMN = { width: 30, height: 28 }
const AXIS = 24
/** Up to this length a name is beside the numbers; else it is above them. */
const ENVIRONMENT_NAME = 26
const LONG_NAME = 48
const TEXT_LINE = 13
/** The environments with the worst tokens are drawn; the others are named below. */
const MOST_DRAWN = 24
const NAMES_LINE = 64

/** A column of the picture: a range of ages in parts of the cadence. */
interface Range {
  words: string
  fill: string
  holds(ratio: number, state: Freshness): boolean
}

const FRESH = `fill="${INK.fresh}"`

const upTo = (from: number, to: number): Range => ({
  words: `${from * 100}–${to * 100}`,
  fill: FRESH,
  holds: (ratio, state) => state === 'fresh' && ratio >= from && (ratio < to || to === 1),
})

const RANGES: Range[] = [
  upTo(0, 0.25),
  upTo(0.25, 0.5),
  upTo(0.5, 0.75),
  upTo(0.75, 1),
  { words: 'due soon', fill: DUE_SOON_FILL, holds: (_, state) => state === 'due-soon' },
  { words: '100–150', fill: OVERDUE_FILL, holds: (ratio, state) => state === 'overdue' && ratio < 1.5 },
  { words: '> 150', fill: OVERDUE_FILL, holds: (ratio, state) => state === 'overdue' && ratio >= 1.5 },
  { words: 'not read', fill: UNREAD_FILL, holds: (_, state) => state === 'unknown' },
]
const DUE_SOON = 4
const FIRST_OVERDUE = 5

interface Group {
  /** The name on its lines: one beside the numbers, or several above them. */
  name: string[]
  counts: number[]
  tokens: number
}

/** For many tokens: counts by range of age and environment, worst first, all on one scale. */
export function ageCounts(tokens: TokenAge[]): string {
  const environments = byUrgency(tokens)
  const groups = environments
    .slice(0, MOST_DRAWN)
    .map(({ environment, tokens: held }) => groupOf(environment, held))
  const most = Math.max(...groups.flatMap(({ counts }) => counts))
  const tops = groups.map((_, index) => TOP + heightOf(groups.slice(0, index)))
  const bottom = TOP + heightOf(groups)
  const below = [
    'Age in % of the cadence. Dotted: due soon.',
    'Striped, right of the dashed line: overdue.',
    ...othersBelow(environments.slice(MOST_DRAWN)),
  ]
  return svg(bottom + AXIS + below.length * TEXT_LINE, [
    label(MARGIN, 26, 'Token age against cadence', { size: 14, bold: true }),
    label(MARGIN, 43, svgText(tokenSummary(tokens), 60), { color: INK.muted }),
    ...groups.flatMap((group, index) => drawGroup(group, tops[index] ?? TOP, most)),
    ...RANGES.map(({ words }, column) =>
      label(middleOf(column), bottom + 11, words, { size: 9, color: INK.muted, anchor: 'middle' }),
    ),
    ...below.map((words, index) =>
      label(MARGIN, bottom + 27 + index * TEXT_LINE, words, { size: 9.5, color: INK.muted }),
    ),
  ])
}

const linesAbove = ({ name }: Group): number =>
  [...(name[0] ?? '')].length <= ENVIRONMENT_NAME && name.length === 1 ? 0 : name.length
const heightOf = (groups: Group[]): number =>
  groups.reduce((sum, group) => sum + GROUP + linesAbove(group) * TEXT_LINE, 0)

const STEP = (WIDTH - 2 * MARGIN) / RANGES.length
const middleOf = (column: number): number => MARGIN + STEP * (column + 0.5)
const DUE = MARGIN + STEP * FIRST_OVERDUE

const groupOf = (name: string, held: TokenAge[]): Group => ({
  name: nameLines(name, [...name].length <= ENVIRONMENT_NAME ? ENVIRONMENT_NAME : LONG_NAME),
  counts: countsOf(held),
  tokens: held.length,
})

/** The environments that are not drawn: how their tokens are, and their names, on as many lines as they need. */
function othersBelow(others: { environment: string; tokens: TokenAge[] }[]): string[] {
  if (others.length === 0) return []
  const lines = [
    `${plural(others.length, 'more environment')}: ${tokenSummary(others.flatMap(({ tokens }) => tokens))}.`,
  ]
  for (const { environment } of others) {
    const [name = '', ...rest] = nameLines(environment, NAMES_LINE)
    const last = lines.at(-1) ?? ''
    if (lines.length > 1 && rest.length === 0 && last.length + name.length < NAMES_LINE)
      lines[lines.length - 1] = `${last}, ${name}`
    else lines.push(name, ...rest)
  }
  return lines
}

function countsOf(tokens: TokenAge[]): number[] {
  const counts = RANGES.map(() => 0)
  for (const token of tokens) {
    const state = freshness(token)
    const ratio = (token.ageDays ?? 0) / Math.max(1, token.cadenceDays)
    const column = RANGES.findIndex((range) => range.holds(ratio, state))
    counts[column] = (counts[column] ?? 0) + 1
  }
  return counts
}

function drawGroup(group: Group, groupTop: number, most: number): string[] {
  const { name, counts, tokens } = group
  const top = groupTop + linesAbove(group) * TEXT_LINE
  const base = top + GROUP - 8
  const overdue = counts.slice(FIRST_OVERDUE, -1).reduce((sum, count) => sum + count, 0)
  const troubles = [
    ...(overdue > 0 ? [`${overdue} overdue`] : []),
    ...((counts[DUE_SOON] ?? 0) > 0 ? [`${counts[DUE_SOON]} due soon`] : []),
    ...((counts.at(-1) ?? 0) > 0 ? [`${counts.at(-1)} not read`] : []),
  ]
  return [
    ...name.map((words, index) =>
      label(MARGIN, groupTop + 14 + index * TEXT_LINE, words, { size: 11.5, bold: true }),
    ),
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
