import { describeGap, outsideGap } from '#domain/rotation/compare-records'
import type { RotationEvent } from '#domain/rotation/events'
import { linkEvidence } from '#domain/rotation/evidence'
import { LogBroken, type LogRow, readLogRows } from '#domain/rotation/log-file'
import { rotationLabel } from '#domain/rotation/rotation'
import { differingCells, type LogEntry } from '#domain/rotation/rotation-log'
import { type Check, failed, passed, type Verdict } from './check.ts'

const RETRY = 'The bot commits it automatically; wait a moment, then run the checks again.'
const RESTORE = 'Compare the file’s history with /rotation show, and restore what was changed.'

/**
 * The entry `validated` for the newest completion of step 4 is on the branch, and every entry of this
 * rotation there matches the bot's history.
 */
export const logAppended: Check = {
  id: 'log-appended',
  step: 'audit-logging',
  title: 'Log entry committed',
  how: 'reads the log back from the branch and compares it with the history',
  backs: null,
  async run({ rotation, readLog, readPendingEntries, readHistory, findHistoryProblem, readGaps }) {
    const log = await orBroken(async () => {
      const file = await readLog()
      return file && { rows: readLogRows(file.text), evidence: [linkEvidence('rotation log', file.url)] }
    })
    if (log === null) return failed('The rotation log is not in the repository yet', RETRY)
    if ('state' in log) return log
    const { rows, evidence } = log
    const label = rotationLabel(rotation.id)
    const enqueued = await readPendingEntries()
    const gaps = await readGaps()
    const isKnown = (row: LogRow) => enqueued.some((entry) => isOf(row, entry))
    const own = outsideGap(rows, gaps.declared, isKnown).filter((row) => row.rotation === label)
    // Failures of a restored database are not this rotation's.
    if (gaps.open && !own.every(isKnown)) {
      const { sentence, advice } = describeGap(gaps.open)
      return failed(sentence, advice, evidence)
    }

    const broken = await findHistoryProblem(own.flatMap((row) => row.head ?? []))
    if (broken) return failed(`The log and the bot’s history disagree: ${broken}`, RESTORE, evidence)
    // Match the head of the event that enqueued the entry, so that no other row passes.
    const enqueuedBy = newestValidation(await readHistory(), rotation.id)
    const row = own.findLast((each) => each.event === 'validated' && each.head?.count === enqueuedBy)
    if (!row?.head) return failed(`The log has no entry “validated” for ${label} yet`, RETRY)

    const { count } = row.head
    const entries = enqueued.filter((entry) => entry.head.count <= count)
    const changes = entries.flatMap((entry) => changeOf(entry, own) ?? [])
    const [first] = [...changes, ...own.flatMap((each) => forgery(each, enqueued) ?? [])]
    if (first) return failed(first, RESTORE, evidence)
    const cell = (column: string) => row.cells.get(column) ?? ''
    return passed(`Entry of ${cell('date (utc)')} UTC: ${cell('owner')}, ${cell('environments')}`, evidence)
  },
}

/** A log that only a person can repair is a failure, not a reason to look again later. */
async function orBroken<T>(read: () => Promise<T>): Promise<T | Verdict> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof LogBroken) return failed(error.problem, error.remediation)
    throw error
  }
}

const isOf = (row: LogRow, entry: LogEntry): boolean =>
  row.event === entry.event && row.head?.count === entry.head.count

function changeOf(entry: LogEntry, rows: LogRow[]): string | null {
  const name = `The entry “${entry.event}” for ${entry.rotation}`
  const [row, ...others] = rows.filter((each) => isOf(each, entry))
  if (!row) return `${name} is no longer in the log`
  if (others.length > 0) return `${name} is in the log ${others.length + 1} times`
  const [first] = differingCells(entry, row.cells)
  return first ? `${name} was changed: its ${first.column} is “${first.is}”, not “${first.was}”` : null
}

/** A row that the bot did not write. */
const forgery = (row: LogRow, enqueued: LogEntry[]): string | null =>
  enqueued.some((entry) => isOf(row, entry))
    ? null
    : `The log has an entry “${row.event}” for ${row.rotation} that the bot did not write`

/** The number of the event that enqueued the entry. */
const newestValidation = (history: RotationEvent[], rotationId: number): number | null =>
  history.findLast(
    (event) =>
      event.rotationId === rotationId &&
      event.type === 'step-completed' &&
      event.data.step === 'integration-verification',
  )?.count ?? null
