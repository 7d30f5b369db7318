import type { DeclaredGap } from './declared-gap.ts'
import type { ChainHead } from './event-chain.ts'
import type { LogRow } from './log-file.ts'
import { formatHead } from './rotation-log.ts'

/** A card of the bot in the channel. */
export interface CardSeen {
  /** The number of its rotation. */
  rotation: number
  /** The database that posted it; null where it does not say. */
  databaseId: string | null
}

/** What a database knows of itself, and of the heads and rotations that were seen in the log or on cards. */
export interface OwnRecords {
  databaseId: string
  head: ChainHead
  /** Whether it never had a rotation. */
  isEmpty: boolean
  /** Whether an event has this number and hash. */
  hasEvent(head: ChainHead): boolean
  hasRotation(id: number): boolean
  /** The gap that was declared last. */
  declared: DeclaredGap | null
}

/** How the newest rows of the log and the bot's own cards compare with the database. */
export type RecordComparison =
  | { state: 'same' }
  | { state: 'unknown'; why: string }
  | ({ state: 'behind' } & RecordGap)

export interface RecordGap {
  /** `empty`: it never had a rotation; `older`: all that it lacks is newer; `other`: it went on by itself, or another bot writes the log. */
  cause: 'empty' | 'older' | 'other'
  rows: { place: number; rotation: string; event: string; head: ChainHead }[]
  cards: number
  /** The highest number of a rotation that was seen. */
  highest: number
}

/** As many rows as a few days have: what a backup lacks is at the end. */
const NEWEST_ROWS = 200

/** Compares the newest rows of the log, and the cards, with the database. Rows without a head say nothing. */
export function compareRecords(
  rows: readonly LogRow[],
  cards: readonly CardSeen[],
  own: OwnRecords,
): RecordComparison {
  const { declared } = own
  const from = declared?.throughHead ? placeAfter(rows, declared.throughHead) : 0
  const unknown = rows
    .map((row, index) => ({ row, place: index + 1 }))
    .slice(Math.max(from, rows.length - NEWEST_ROWS))
    .flatMap(({ row: { rotation, event, head }, place }) =>
      head && !own.hasEvent(head) ? [{ place, rotation, event, head }] : [],
    )
  const strange = cards.filter(
    ({ rotation, databaseId }) =>
      rotation > (declared?.throughRotation ?? 0) &&
      ((databaseId !== null && databaseId !== own.databaseId) || !own.hasRotation(rotation)),
  )
  if (unknown.length === 0 && strange.length === 0) return { state: 'same' }
  const isNewer = unknown.every(({ head }) => head.count > own.head.count)
  return {
    state: 'behind',
    cause: own.isEmpty ? 'empty' : isNewer ? 'older' : 'other',
    rows: unknown,
    cards: strange.length,
    highest: Math.max(
      0,
      ...rows.map(({ rotation }) => numberOf(rotation)),
      ...strange.map((card) => card.rotation),
    ),
  }
}

/** The heads of the rows that are compared, to be looked up. */
export const comparedHeads = (rows: readonly LogRow[]): ChainHead[] =>
  rows.slice(-NEWEST_ROWS).flatMap(({ head }) => head ?? [])

const placeAfter = (rows: readonly LogRow[], head: string): number =>
  rows.findIndex((row) => row.head !== null && formatHead(row.head) === head) + 1

const numberOf = (label: string): number => Number(/^R(\d{1,9})$/.exec(label)?.[1] ?? 0)

/**
 * The rows that a check judges: without those that a declared gap covers, which this database cannot know.
 *
 * @param isKnown whether the bot knows that it wrote a row
 */
export function outsideGap(
  rows: readonly LogRow[],
  declared: DeclaredGap | null,
  isKnown: (row: LogRow) => boolean,
): LogRow[] {
  const from = declared?.throughHead ? placeAfter(rows, declared.throughHead) : 0
  return rows.filter((row, index) => index >= from || isKnown(row))
}

/** What the gap is, for people: what was seen, and what to do. */
export function describeGap({ cause, rows, cards, highest }: RecordGap): {
  sentence: string
  advice: string
} {
  const [first] = rows
  const last = rows.at(-1)
  const seen = [
    ...(first && last
      ? [
          `${rows.length === 1 ? `row ${first.place}` : `${rows.length} rows, ${first.place} to ${last.place},`} of the rotation log (the newest “${last.event}”${last.rotation ? ` of ${last.rotation}` : ''})`,
        ]
      : []),
    ...(cards > 0 ? [`${cards} of the bot’s cards in the channel`] : []),
  ].join(' and ')
  const why = {
    empty: 'It is empty: the database was replaced by a new one',
    older: 'It was restored from an older backup',
    other: 'It is another history: another bot writes this log, or a restored one went on',
  }[cause]
  return {
    sentence: `The database does not know ${seen}. ${why}`,
    advice: `If the newest copy is lost, an operator declares it with “rotation db restored --reason TEXT”; otherwise stop the bot and put the right database in its place. New rotations are numbered above R${highest}.`,
  }
}
