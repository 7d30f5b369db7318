import { LogBroken, type LogRow, readLogRows } from '#domain/rotation/log-file'
import { COLUMNS } from '#domain/rotation/rotation-log'
import type { Tampering } from './tampering.ts'

/** The log as a commit left it. */
export interface LogVersion {
  sha: string
  /** Null where the commit removed the file. */
  text: string | null
}

/** The columns that no later version of the table fills. */
const KEPT = COLUMNS.slice(0, 11).map((name) => name.toLowerCase())

/** Compares each version of the log with the one before, oldest first: rows are only ever added below. */
export function compareVersions(versions: readonly LogVersion[]): Tampering[] {
  let before: readonly LogRow[] = []
  return versions.flatMap((version) => {
    const place = `commit ${version.sha.slice(0, 12)}`
    const rows = readVersion(version)
    if (typeof rows === 'string') return [{ place, sentence: rows }]
    const found = compareRows(before, rows).map((sentence) => ({ place, sentence }))
    before = rows
    return found
  })
}

function readVersion({ text }: LogVersion): LogRow[] | string {
  if (text === null) return 'It removed the log'
  try {
    return readLogRows(text)
  } catch (error) {
    if (error instanceof LogBroken) return `It made the log unreadable: ${error.problem}`
    throw error
  }
}

const nameOf = (row: LogRow, index: number): string => `row ${index + 1} (“${row.event}” of ${row.rotation})`

function compareRows(before: readonly LogRow[], after: readonly LogRow[]): string[] {
  if (before.length > 0 && after.length === 0) return [`It emptied the log, which had ${before.length} rows`]
  const index = before.findIndex((row, at) => contentOf(row) !== contentOf(after[at]))
  const row = before[index]
  if (!row) return []
  const contents = new Set(after.map(contentOf))
  if (after.length < before.length) {
    const lost = before.findIndex((each) => !contents.has(contentOf(each)))
    const removed = before[lost]
    return [`It removed ${removed ? nameOf(removed, lost) : nameOf(row, index)} from the log`]
  }
  if (contents.has(contentOf(row))) return [`It put a row above ${nameOf(row, index)}, or moved it`]
  return [`It changed ${nameOf(row, index)}`]
}

const contentOf = (row: LogRow | undefined): string =>
  JSON.stringify(
    row ? KEPT.map((name) => (name === 'digest' ? (row.cells.get(name) ?? '–') : row.cells.get(name))) : null,
  )

/** Commits of the bot that the branch no longer has. @param known the newest commits that the bot made */
export const lostCommits = (known: readonly string[], history: ReadonlySet<string>): Tampering[] =>
  known
    .filter((sha) => !history.has(sha))
    .map((sha) => ({
      place: `commit ${sha.slice(0, 12)}`,
      sentence: 'The bot made it, and the branch does not have it: its history was replaced by a forced push',
    }))
