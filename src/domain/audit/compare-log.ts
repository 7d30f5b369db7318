import type { ChainHead } from '#domain/rotation/event-chain'
import type { NewDatabaseEvent, RotationEvent } from '#domain/rotation/events'
import { type LogRow, misplacedRow } from '#domain/rotation/log-file'
import { rotationLabel } from '#domain/rotation/rotation'
import { differingCells, type LogEntry, type LogEvent } from '#domain/rotation/rotation-log'
import { loggedAs } from './logged-events.ts'
import type { Tampering } from './tampering.ts'

/** How many events a change has at most: a row names the newest event of its change. */
const MOST_EVENTS = 200

export interface LogFacts {
  rows: readonly LogRow[]
  /** The events that `isForLog` chose, in order. */
  events: readonly RotationEvent[]
  /** The stored hash of an event; undefined where there is none. */
  hashOf(count: number): string | undefined
  /** Entries that the outbox still has, by the number of the head; those not delivered yet are no reason to complain. */
  entries: ReadonlyMap<string, { entry: LogEntry; delivered: boolean }>
  /** Rows up to this place were lost with a copy of the database, as a person declared. */
  declaredThrough: number
}

export const entryKey = (event: string, head: ChainHead): string => `${event}:${head.count}`

interface Expected {
  event: RotationEvent
  as: LogEvent
}

/** Compares the rows of the log with the history: every row has its event, and every event its row. */
export function compareLog({ rows, events, hashOf, entries, declaredThrough }: LogFacts): Tampering[] {
  const expected = events.flatMap((event): Expected[] => {
    const as = loggedAs(event)
    return as ? [{ event, as }] : []
  })
  const judged = rows.flatMap((row, index) =>
    index < declaredThrough ? [] : [{ row, place: index + 1, found: findExpected(row, expected) }],
  )
  const seen = new Set(judged.flatMap(({ found }) => found ?? []))
  const misplaced = misplacedRow([...rows])
  const oldest = rows.slice(declaredThrough).find(({ head }) => head)?.head?.count ?? 0
  return [
    ...(misplaced
      ? [
          {
            place: `row ${misplaced.place} of the log`,
            sentence: `It has the number ${misplaced.number}: a row was removed, added or moved`,
          },
        ]
      : []),
    ...judged.flatMap(({ row, place, found }) => judgeRow(row, place, found, { events, hashOf, entries })),
    ...duplicates(judged.map(({ row, place }) => ({ row, place }))),
    ...outOfOrder(judged.map(({ row, place }) => ({ row, place }))),
    ...expected
      .filter((each) => !seen.has(each) && !isCovered(each, seen) && !isWaiting(each, entries))
      .map(({ event, as }) => ({
        place: 'log',
        sentence: `The row “${as}”${event.rotationId === null ? '' : ` of ${rotationLabel(event.rotationId)}`} for event ${event.count} (${event.at}) is not there: ${event.count < oldest ? 'it was removed' : 'it was removed, or never written'}`,
      })),
  ]
}

/** The newest event that a row can be about. */
function findExpected(
  { rotation, event, head }: LogRow,
  expected: readonly Expected[],
): Expected | undefined {
  if (!head) return undefined
  return expected.findLast(
    (each) =>
      each.as === event &&
      (each.event.rotationId === null ? '' : rotationLabel(each.event.rotationId)) === label(rotation) &&
      each.event.count <= head.count &&
      each.event.count > head.count - MOST_EVENTS,
  )
}

const label = (cell: string): string => (cell === '–' ? '' : cell)

/** Several events of one change have one row, such as the first new versions of two environments. */
const isCovered = ({ event, as }: Expected, seen: ReadonlySet<Expected>): boolean =>
  [...seen].some(
    (other) =>
      other.as === as &&
      other.event.rotationId === event.rotationId &&
      other.event.at === event.at &&
      Math.abs(other.event.count - event.count) < MOST_EVENTS,
  )

const isWaiting = ({ event, as }: Expected, entries: LogFacts['entries']): boolean =>
  [...entries.values()].some(
    ({ entry, delivered }) =>
      !delivered &&
      entry.event === as &&
      entry.head.count >= event.count &&
      entry.head.count < event.count + MOST_EVENTS,
  )

function judgeRow(
  row: LogRow,
  at: number,
  found: Expected | undefined,
  { events, hashOf, entries }: Pick<LogFacts, 'events' | 'hashOf' | 'entries'>,
): Tampering[] {
  const place = `row ${at} of the log (“${row.event}”${row.rotation === '–' || row.rotation === '' ? '' : ` of ${row.rotation}`})`
  const says = (sentence: string) => [{ place, sentence }]
  if (!row.head) return says('Its head cannot be read: it was changed or written by hand')
  const own = hashOf(row.head.count)
  if (own === undefined)
    return says(
      `It names event ${row.head.count}, which the database does not have: an older backup, a history that was cut off, or a forged row`,
    )
  if (own !== row.head.hash)
    return says(
      `It names another event ${row.head.count} than the database has: the history was rewritten, or the row was forged`,
    )
  if (!found) return says('No event of the history is about it: it was forged')
  const entry = entries.get(entryKey(row.event, row.head))?.entry
  const [differing] = entry ? differingCells(entry, row.cells) : []
  if (differing)
    return says(
      `Its ${differing.column} is “${differing.is}”, and the bot wrote “${differing.was}”: it was changed`,
    )
  return judgeContent(row, found, events).flatMap(says)
}

/** What the history alone says of a row's cells. */
function judgeContent(
  { cells }: LogRow,
  { event, as }: Expected,
  events: readonly RotationEvent[],
): string[] {
  const date = event.at.slice(0, 16).replace('T', ' ')
  if (cells.get('date (utc)') !== date)
    return [`Its date is ${cells.get('date (utc)')}, and the event is of ${date}: it was changed`]
  if (as === 'waived') return judgeWaiver(cells, event)
  if (as !== 'approved') return []
  const signed = events.filter(
    (each) => each.type === 'signed-off' && each.rotationId === event.rotationId && each.count <= event.count,
  )
  const newest = signed.at(-1)
  const text = cells.get('sign-offs') ?? ''
  const missing = signed.slice(-2).find(({ actor }) => !text.includes(`(${actor})`))
  if (missing)
    return [`It does not name ${missing.actor}, who signed in event ${missing.count}: it was changed`]
  if (newest?.type === 'signed-off' && cells.get('digest') !== newest.data.digest)
    return ['Its digest is not the one that was signed: it was changed']
  return []
}

function judgeWaiver(cells: LogRow['cells'], given: RotationEvent): string[] {
  const event = given as RotationEvent | (NewDatabaseEvent & { count: number })
  if (event.type !== 'waived') return []
  const { environment, until } = event.data
  return [
    ...(cells.get('environments') === environment
      ? []
      : [`Its environment is not ${environment}, which was waived: it was changed`]),
    ...(cells.get('evidence')?.startsWith(`until ${until} `)
      ? []
      : [`It does not say until ${until}, as the approver did: it was changed`]),
    ...(cells.get('owner')?.endsWith(`(${event.actor})`)
      ? []
      : [`It does not name ${event.actor}, who decided it: it was changed`]),
  ]
}

const duplicates = (rows: { row: LogRow; place: number }[]): Tampering[] =>
  [
    ...Map.groupBy(
      rows,
      ({ row }) => `${row.event} ${row.rotation} ${row.head?.count} ${row.head?.hash}`,
    ).values(),
  ].flatMap((same) =>
    same.slice(1).map(({ place }) => ({
      place: `row ${place} of the log`,
      sentence: `It is there twice: row ${same[0]?.place} is the same`,
    })),
  )

const outOfOrder = (rows: { row: LogRow; place: number }[]): Tampering[] =>
  rows.flatMap(({ row, place }, index) => {
    const above = rows[index - 1]?.row.head?.count ?? 0
    return row.head && row.head.count < above
      ? [
          {
            place: `row ${place} of the log`,
            sentence: `It belongs to event ${row.head.count}, and the row above it to event ${above}: rows were moved`,
          },
        ]
      : []
  })
