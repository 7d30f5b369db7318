import { rotationLabel } from '#domain/rotation/rotation'
import type { Month, Outcome } from '#domain/rotation/rotation-year'
import { list, plural } from '../text.ts'
import type { Picture } from './picture.ts'
import { INK, label, line, MARGIN, svg, WIDTH } from './svg.ts'

const TITLE = 'Rotations in the last 12 months'
const TOP = 40
const STEP = 14
const MARK = 5
/** Above this number in a month, each kind is one mark with a count. */
const STACKED = 5

/** Every outcome: its words, and a mark with a distinct shape. */
const OUTCOMES: Record<Outcome, { words: string; mark(x: number, y: number): string }> = {
  'on-time': { words: 'on time', mark: (x, y) => circle(x, y, `fill="${INK.fresh}"`) },
  late: {
    words: 'late',
    mark: (x, y) =>
      path([x, y - MARK, x + MARK, y + MARK * 0.8, x - MARK, y + MARK * 0.8], `fill="${INK.dueSoon}"`),
  },
  undated: {
    words: 'age not known',
    mark: (x, y) => circle(x, y, `fill="none" stroke="${INK.fresh}" stroke-width="1.6"`),
  },
  incident: {
    words: 'incident',
    mark: (x, y) => diamond(x, y, `fill="${INK.overdue}"`),
  },
  drill: {
    words: 'drill',
    mark: (x, y) => diamond(x, y, `fill="none" stroke="${INK.text}" stroke-width="1.4"`),
  },
  aborted: {
    words: 'aborted',
    mark: (x, y) =>
      [-1, 1]
        .map((slope) =>
          line(x - 4, y - 4 * slope, x + 4, y + 4 * slope, `stroke="${INK.muted}" stroke-width="2"`),
        )
        .join(''),
  },
}
const KINDS = Object.keys(OUTCOMES) as Outcome[]

const circle = (x: number, y: number, attributes: string): string =>
  `<circle cx="${x.toFixed(1)}" cy="${y}" r="${MARK - 0.5}" ${attributes}/>`

const path = (points: number[], attributes: string): string =>
  `<polygon points="${points.map((point) => point.toFixed(1)).join(' ')}" ${attributes}/>`

const diamond = (x: number, y: number, attributes: string): string =>
  path([x, y - MARK, x + MARK, y, x, y + MARK, x - MARK, y], attributes)

/** The picture's facts as text. */
export function yearWords(months: Month[]): string {
  const counts = KINDS.flatMap((kind) => {
    const count = countOf(months, kind)
    return count > 0 ? [`${count} ${OUTCOMES[kind].words}`] : []
  })
  const span = `${monthName(months[0])} – ${monthName(months.at(-1))}`
  return `${span}: ${counts.length > 0 ? list(counts) : 'no rotation was closed'}.`
}

const LATE_SHOWN = 5

/** Why rotations count as late, newest first: `R12 late: a token was 1 day overdue`. */
export function lateWords(months: Month[]): string[] {
  const late = months.flatMap((month) => month.late).reverse()
  const left = late.length - LATE_SHOWN
  return [
    ...late
      .slice(0, LATE_SHOWN)
      .map(
        ({ rotationId, days }) =>
          `${rotationLabel(rotationId)} late: a token was ${plural(days, 'day')} overdue`,
      ),
    ...(left > 0 ? [`and ${plural(left, 'more late rotation')}`] : []),
  ]
}

/** The outcome of each closed rotation by month; null when there was none. */
export function rotationYearPicture(months: Month[]): Picture | null {
  if (months.every((month) => month.outcomes.length === 0)) return null
  const columns = months.map((month) => stackOf(month))
  const height = Math.max(2, ...columns.map((stack) => stack.length)) * STEP
  const base = TOP + height + 4
  const step = (WIDTH - 2 * MARGIN) / months.length
  const at = (index: number) => MARGIN + step * (index + 0.5)
  const reasons = lateWords(months)
  return {
    name: 'rotation-year',
    title: TITLE,
    alt: `${TITLE}, ${yearWords(months)} By month: ${list(months.flatMap(monthWords))}.${reasons.map((words) => ` ${words}.`).join('')}`,
    svg: svg(base + 72 + reasons.length * REASON_LINE, [
      label(MARGIN, 26, TITLE, { size: 14, bold: true }),
      ...columns.flatMap((stack, index) => drawStack(stack, at(index), base)),
      line(MARGIN, base, WIDTH - MARGIN, base, `stroke="${INK.edge}"`),
      ...months.flatMap((month, index) => drawMonth(month, at(index), base, index === 0)),
      ...legend(months, base + 48),
      ...reasons.map((words, index) =>
        label(MARGIN, base + 76 + index * REASON_LINE, words, { size: 10.5, color: INK.muted }),
      ),
    ]),
  }
}

interface Entry {
  kind: Outcome
  /** Shown beside a mark that represents several rotations. */
  count: number | null
}

function stackOf({ outcomes }: Month): Entry[] {
  if (outcomes.length <= STACKED) return outcomes.map((kind) => ({ kind, count: null }))
  return KINDS.flatMap((kind) => {
    const count = outcomes.filter((each) => each === kind).length
    return count > 0 ? [{ kind, count }] : []
  })
}

const drawStack = (stack: Entry[], x: number, base: number): string[] =>
  stack.flatMap(({ kind, count }, index) => {
    const y = base - STEP / 2 - 2 - index * STEP
    const mark = OUTCOMES[kind].mark
    return count === null
      ? [mark(x, y)]
      : [mark(x - 6, y), label(x + 1, y + 4, count > 99 ? '99+' : String(count), { size: 10 })]
  })

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function drawMonth({ id, outcomes }: Month, x: number, base: number, isFirst: boolean): string[] {
  const name = NAMES[Number(id.slice(5)) - 1] ?? ''
  const withYear = isFirst || name === 'Jan'
  return [
    ...(outcomes.length === 0 ? [label(x, base - 5, '–', { anchor: 'middle', color: INK.muted })] : []),
    label(x, base + 13, name, { size: 10, anchor: 'middle' }),
    ...(withYear
      ? [label(x, base + 25, id.slice(0, 4), { size: 9.5, anchor: 'middle', color: INK.muted })]
      : []),
  ]
}

const REASON_LINE = 15
const LEGEND_COLUMNS = 3

function legend(months: Month[], top: number): string[] {
  const kinds = KINDS.filter((kind) => kind !== 'undated' || countOf(months, kind) > 0)
  const step = (WIDTH - 2 * MARGIN) / LEGEND_COLUMNS
  return kinds.flatMap((kind, index) => {
    const x = MARGIN + MARK + step * (index % LEGEND_COLUMNS)
    const y = top + 16 * Math.floor(index / LEGEND_COLUMNS) - 8
    return [
      OUTCOMES[kind].mark(x, y),
      label(x + 10, y + 4, `${OUTCOMES[kind].words} ${countOf(months, kind)}`, { size: 10.5 }),
    ]
  })
}

const countOf = (months: Month[], kind: Outcome): number =>
  months.reduce((sum, month) => sum + month.outcomes.filter((each) => each === kind).length, 0)

const monthName = (month: Month | undefined): string =>
  month ? `${NAMES[Number(month.id.slice(5)) - 1]} ${month.id.slice(0, 4)}` : ''

function monthWords(month: Month): string[] {
  if (month.outcomes.length === 0) return []
  const counts = stackOf(month).length
  const kinds = KINDS.filter((kind) => month.outcomes.includes(kind)).map(
    (kind) => `${month.outcomes.filter((each) => each === kind).length} ${OUTCOMES[kind].words}`,
  )
  return counts > 0 ? [`${monthName(month)} ${kinds.join(' and ')}`] : []
}
