import { findChainBreak, type RotationEvent } from '#domain/rotation/events'
import { linkEvidence } from '#domain/rotation/evidence'
import { rotationLabel } from '#domain/rotation/rotation'
import { differingCells, type LogEntry, parseRow } from '#domain/rotation/rotation-log'
import { type Check, failed, passed } from './check.ts'

const RETRY = 'The bot commits it by itself; wait a moment and run the checks again.'
const RESTORE = 'Compare the file’s history with /rotation show, and restore what was changed.'

/**
 * The entry `validated` for the newest completion of step 4 is in the file on the branch, read back; every entry of this
 * rotation stands there as it was written, with owner, date and environments, and agrees with the bot's own history.
 */
export const logAppended: Check = {
  id: 'log-appended',
  step: 'audit-logging',
  title: 'Log entry committed',
  how: 'reads the log back from the branch and compares it with the history',
  backs: null,
  async run({ rotation, readLog, readPendingEntries, readHistory }) {
    const file = await readLog()
    const label = rotationLabel(rotation.id)
    if (file === null) return failed('The rotation log is not in the repository yet', RETRY)
    const rows = file.text.split(/\r?\n/).flatMap((line) => parseRow(line) ?? [])
    const ours = rows.filter((row) => row.rotation === label)
    const history = await readHistory()
    const evidence = [linkEvidence('rotation log', file.url)]

    const broken = findChainBreak(
      history,
      ours.map((row) => row.head),
    )
    if (broken) return failed(`The log and the bot’s history disagree: ${broken}`, RESTORE, evidence)
    // The head is the very event that owed the entry, so that no other row passes for it.
    const enqueuedBy = newestValidation(history, rotation.id)
    const row = ours.findLast((each) => each.event === 'validated' && each.head.count === enqueuedBy)
    if (!row) return failed(`The log has no entry “validated” for ${label} yet`, RETRY)

    const owed = await readPendingEntries()
    const entries = owed.filter((entry) => entry.head.count <= row.head.count)
    const changes = entries.flatMap((entry) => changeOf(entry, ours) ?? [])
    const [first] = [...changes, ...ours.flatMap((each) => forgery(each, owed) ?? [])]
    if (first) return failed(first, RESTORE, evidence)
    const [date = '', , , , owner = '', environments = ''] = row.cells
    return passed(`Entry of ${date} UTC: ${owner}, ${environments}`, evidence)
  },
}

type LogRow = NonNullable<ReturnType<typeof parseRow>>

const isOf = (row: LogRow, entry: LogEntry): boolean =>
  row.event === entry.event && row.head.count === entry.head.count

/** How the file differs from an entry that was written to it; null when it does not. */
function changeOf(entry: LogEntry, rows: LogRow[]): string | null {
  const name = `The entry “${entry.event}” for ${entry.rotation}`
  const [row, ...others] = rows.filter((each) => isOf(each, entry))
  if (!row) return `${name} is no longer in the log`
  if (others.length > 0) return `${name} is in the log ${others.length + 1} times`
  const [first] = differingCells(entry, row.cells)
  return first ? `${name} was changed: its ${first.column} is “${first.is}”, not “${first.was}”` : null
}

/** What is wrong with a row that the bot never wrote, whatever event of the history it names. */
const forgery = (row: LogRow, owed: LogEntry[]): string | null =>
  owed.some((entry) => isOf(row, entry))
    ? null
    : `The log has an entry “${row.event}” for ${row.rotation} that the bot did not write`

/** Place of the event that owed the entry. */
const newestValidation = (history: RotationEvent[], rotationId: number): number | null =>
  history.findLast(
    (event) =>
      event.rotationId === rotationId &&
      event.type === 'step-completed' &&
      event.data.step === 'integration-verification',
  )?.count ?? null
