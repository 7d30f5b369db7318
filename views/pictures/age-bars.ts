import { compareTokens, environmentsOf } from '#domain/tokens/scope'
import { freshness, type TokenAge } from '#domain/tokens/token-age'
import { plural } from '../text.ts'
import { tokenAgeWords } from '../token-age-words.ts'
import { tokenSummary } from '../token-lines.ts'
import { INK, label, line, MARGIN, OVERDUE_FILL, rect, svg, svgText, UNREAD_FILL, WIDTH } from './svg.ts'

const TOP = 66
const ROW = 19
const BAR = 11
const GROUP_HEAD = 22
const GROUP_GAP = 8
const BARS = { x: 112, width: 104 }
const LABELS = WIDTH - MARGIN
const NAME_LENGTH = 16

/** Minimum and maximum end of the axis, in cadences; a longer bar is cut with a mark. */
const AXIS = { least: 1.25, most: 2 }

interface Axis {
  at(cadences: number): number
  end: number
}

/** One bar per token, by environment, against the line where its cadence ends. */
export function ageBars(tokens: TokenAge[]): string {
  const groups = environmentsOf(tokens).map((environment) =>
    tokens.filter((token) => token.environment === environment).sort(compareTokens),
  )
  const oldest = Math.max(...tokens.map((token) => cadencesOf(token) ?? 0))
  const end = Math.min(AXIS.most, Math.max(AXIS.least, oldest * 1.05))
  const axis: Axis = { end, at: (cadences) => BARS.x + (Math.min(cadences, end) / end) * BARS.width }
  const usual = usualCadence(tokens)
  const tops = groups.map((_, index) => TOP + heightOf(groups.slice(0, index)))
  const bottom = TOP + heightOf(groups) - GROUP_GAP
  return svg(bottom + MARGIN, [
    label(MARGIN, 26, 'Token age against cadence', { size: 14, bold: true }),
    label(MARGIN, 43, svgText(tokenSummary(tokens), 60), { color: INK.muted }),
    line(BARS.x, TOP, BARS.x, bottom, `stroke="${INK.edge}"`),
    ...groups.flatMap((group, index) => drawGroup(group, tops[index] ?? TOP, axis, usual)),
    line(
      axis.at(1),
      TOP,
      axis.at(1),
      bottom,
      `stroke="${INK.text}" stroke-width="1.2" stroke-dasharray="4 3"`,
    ),
    label(axis.at(1), TOP - 5, usual === null ? 'due' : `due at ${plural(usual, 'day')}`, {
      size: 10,
      anchor: 'middle',
    }),
  ])
}

const heightOf = (groups: TokenAge[][]): number =>
  groups.reduce((sum, group) => sum + GROUP_HEAD + group.length * ROW + GROUP_GAP, 0)

const cadencesOf = (token: TokenAge): number | null =>
  token.ageDays === null ? null : token.ageDays / Math.max(1, token.cadenceDays)

function usualCadence(tokens: TokenAge[]): number | null {
  const cadences = new Set(tokens.map((token) => token.cadenceDays))
  return cadences.size === 1 ? (tokens[0]?.cadenceDays ?? null) : null
}

function drawGroup(group: TokenAge[], top: number, axis: Axis, usual: number | null): string[] {
  const environment = group[0]?.environment ?? ''
  return [
    label(MARGIN, top + 15, svgText(environment, 44), { size: 11.5, bold: true }),
    ...group.flatMap((token, index) =>
      drawToken(token, top + GROUP_HEAD + index * ROW, axis, usual === null),
    ),
  ]
}

function drawToken(token: TokenAge, top: number, axis: Axis, withCadence: boolean): string[] {
  const middle = top + ROW / 2
  const state = freshness(token)
  const cadences = cadencesOf(token)
  const box = { x: BARS.x, y: middle - BAR / 2, height: BAR, width: axis.at(cadences ?? 1) - BARS.x }
  const fills = {
    fresh: `fill="${INK.fresh}"`,
    'due-soon': `fill="${INK.dueSoon}"`,
    overdue: OVERDUE_FILL,
    unknown: UNREAD_FILL,
  }
  return [
    label(MARGIN, middle + 4, svgText(token.agent, NAME_LENGTH)),
    rect({ ...box, width: Math.max(1.5, box.width) }, fills[state]),
    ...((cadences ?? 0) > axis.end ? [breakMark(axis.at(axis.end), middle)] : []),
    label(LABELS, middle + 4, ageWords(token, withCadence), {
      anchor: 'end',
      bold: state === 'overdue',
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
