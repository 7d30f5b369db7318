import { byUrgency, freshness, type TokenAge } from '#domain/tokens/token-age'
import { plural } from '../text.ts'
import { tokenAgeWords } from '../token-age-words.ts'
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

const TOP = 66
const ROW = 19
const BAR = 11
const TEXT_LINE = 14
const GROUP_GAP = 8
const LABELS = WIDTH - MARGIN
/** Up to this length names are beside the bars; else all are above them. */
const SHORT_NAME = 16
const LONG_NAME = 54
const ENVIRONMENT_NAME = 48
const BARS = { beside: 112, above: MARGIN, end: 198 }

/** Minimum and maximum end of the axis, in cadences; a longer bar is cut with a mark. */
const AXIS = { least: 1.25, most: 2 }

interface Axis {
  begin: number
  end: number
  at(cadences: number): number
}

/** What is drawn from one place down. */
interface Part {
  height: number
  draw(top: number): string[]
}

/** One bar per token against the line where its cadence ends; by environment, worst first. */
export function ageBars(tokens: TokenAge[]): string {
  const areShort = tokens.every((token) => [...token.agent].length <= SHORT_NAME)
  const axis = axisOf(tokens, areShort ? BARS.beside : BARS.above)
  const usual = usualCadence(tokens)
  const parts = byUrgency(tokens).flatMap(({ environment, tokens: held }) => [
    headPart(environment),
    ...held.map((token) => tokenPart(token, axis, { isBeside: areShort, withCadence: usual === null })),
    { height: GROUP_GAP, draw: () => [] },
  ])
  const tops = parts.map((_, index) => TOP + heightOf(parts.slice(0, index)))
  const bottom = TOP + heightOf(parts) - GROUP_GAP
  const due = axis.at(1)
  return svg(bottom + MARGIN, [
    label(MARGIN, 26, 'Token age against cadence', { size: 14, bold: true }),
    label(MARGIN, 43, svgText(tokenSummary(tokens), 60), { color: INK.muted }),
    line(axis.begin, TOP, axis.begin, bottom, `stroke="${INK.edge}"`),
    ...parts.flatMap((part, index) => part.draw(tops[index] ?? TOP)),
    label(due, TOP - 5, usual === null ? 'due' : `due at ${plural(usual, 'day')}`, {
      size: 10,
      anchor: 'middle',
    }),
  ])
}

const heightOf = (parts: Part[]): number => parts.reduce((sum, { height }) => sum + height, 0)

const cadencesOf = (token: TokenAge): number | null =>
  token.ageDays === null ? null : token.ageDays / Math.max(1, token.cadenceDays)

function axisOf(tokens: TokenAge[], begin: number): Axis {
  const oldest = Math.max(...tokens.map((token) => cadencesOf(token) ?? 0))
  const end = Math.min(AXIS.most, Math.max(AXIS.least, oldest * 1.05))
  return { begin, end, at: (cadences) => begin + (Math.min(cadences, end) / end) * (BARS.end - begin) }
}

function usualCadence(tokens: TokenAge[]): number | null {
  const cadences = new Set(tokens.map((token) => token.cadenceDays))
  return cadences.size === 1 ? (tokens[0]?.cadenceDays ?? null) : null
}

function headPart(environment: string): Part {
  const lines = nameLines(environment, ENVIRONMENT_NAME)
  return {
    height: 8 + lines.length * TEXT_LINE,
    draw: (top) =>
      lines.map((words, index) =>
        label(MARGIN, top + 15 + index * TEXT_LINE, words, { size: 11.5, bold: true }),
      ),
  }
}

function tokenPart(
  token: TokenAge,
  axis: Axis,
  { isBeside, withCadence }: { isBeside: boolean; withCadence: boolean },
): Part {
  const names = nameLines(token.agent, isBeside ? SHORT_NAME : LONG_NAME)
  const above = isBeside ? 0 : names.length * TEXT_LINE
  return {
    height: above + ROW,
    draw: (top) => [
      ...names.map((words, index) =>
        label(MARGIN, top + (isBeside ? ROW / 2 + 4 : 12 + index * TEXT_LINE), words),
      ),
      ...drawBar(token, top + above + ROW / 2, axis, withCadence),
    ],
  }
}

const DUE_LINE = `stroke="${INK.text}" stroke-width="1.2" stroke-dasharray="4 3"`

const FILLS = {
  fresh: `fill="${INK.fresh}"`,
  'due-soon': DUE_SOON_FILL,
  overdue: OVERDUE_FILL,
  unknown: UNREAD_FILL,
}

function drawBar(token: TokenAge, middle: number, axis: Axis, withCadence: boolean): string[] {
  const state = freshness(token)
  const cadences = cadencesOf(token)
  const due = axis.at(1)
  const width = Math.max(1.5, axis.at(cadences ?? 1) - axis.begin)
  return [
    rect({ x: axis.begin, y: middle - BAR / 2, height: BAR, width }, FILLS[state]),
    ...((cadences ?? 0) > axis.end ? [breakMark(axis.at(axis.end), middle)] : []),
    line(due, middle - ROW / 2, due, middle + ROW / 2, DUE_LINE),
    label(LABELS, middle + 4, ageWords(token, withCadence), {
      anchor: 'end',
      bold: state === 'overdue' || state === 'due-soon',
      color: state === 'unknown' ? INK.muted : INK.text,
    }),
  ]
}

/** Two gaps near the end of a bar that is longer than the axis. */
const breakMark = (end: number, middle: number): string =>
  [12, 17]
    .map((back) =>
      line(end - back, middle + 8, end - back + 5, middle - 8, `stroke="${INK.paper}" stroke-width="2"`),
    )
    .join('')

const ageWords = (token: TokenAge, withCadence: boolean): string =>
  withCadence && freshness(token) === 'fresh'
    ? `${tokenAgeWords(token).replace(/ d$/, '')} of ${token.cadenceDays} d`
    : tokenAgeWords(token)
