import { NotReadable } from '#domain/tokens/secret'
import type { ChainHead } from './event-chain.ts'
import {
  cellsOf,
  cellText,
  escapeCell,
  formatLine,
  isDivider,
  type Line,
  linesOf,
  proseLines,
  widenLine,
} from './markdown-table.ts'
import {
  ADDED_COLUMNS,
  COLUMNS,
  type Column,
  EARLIER_COLUMNS,
  EMPTY,
  entryCells,
  formatHead,
  type LogEntry,
  parseHead,
} from './rotation-log.ts'

/** A row of the log, read by the names of the header. */
export interface LogRow {
  rotation: string
  event: string
  /** Null where its cell holds none; the bot writes no such row. */
  head: ChainHead | null
  /** Null where it has none, as in a table of the first versions. */
  number: number | null
  /** Texts by lower-case column name. */
  cells: ReadonlyMap<string, string>
}

/** What a row says in each column but its seal, as shown. */
export type RowCells = Record<Exclude<Column, 'seal'>, string>

/** Seals a row, from the rows above it and its own cells; null leaves it without a seal. */
export type SealRow = (above: readonly LogRow[], cells: RowCells) => string | null

/** The log's file is there, and nothing can be appended until a person has repaired it. */
export class LogBroken extends NotReadable {
  readonly problem: string
  readonly remediation: string

  constructor(problem: string, remediation: string) {
    super(`${problem}. ${remediation}`)
    this.name = 'LogBroken'
    this.problem = problem
    this.remediation = remediation
  }
}

const HEADER = formatLine([...COLUMNS])
const DIVIDER = formatLine(COLUMNS.map(() => '---'))

/** A log without a row. */
export const NEW_FILE = `# Capability token rotation log

Each row is one decision of a rotation, appended by the rotation bot. The column
“head” is the place and hash of the newest event in the bot’s history at that
moment: together the rows show whether that history was shortened or
rewritten. <!-- markdownlint-disable MD013 -->

${HEADER}
${DIVIDER}
`

interface LogTable {
  header: Line
  divider: Line | null
  lines: Line[]
  /** Lower-case names of its columns. */
  names: string[]
  rows: LogRow[]
}

/** The rows of the log, oldest first; none where the file has no table yet. @throws LogBroken */
export const readLogRows = (file: string): LogRow[] => readTable(file)?.rows ?? []

/** Whether the file holds this entry, however its table is aligned. @throws LogBroken */
export const hasEntry = (file: string, entry: LogEntry): boolean =>
  readLogRows(file).some(
    (row) =>
      row.head !== null &&
      formatHead(row.head) === formatHead(entry.head) &&
      row.event === entry.event &&
      row.rotation === cellText(entryCells(entry).rotation),
  )

/** The first row whose number is not its place in the table; null when none is. */
export function misplacedRow(rows: LogRow[]): { number: number; place: number } | null {
  const index = rows.findIndex((row, at) => row.number !== null && row.number !== at + 1)
  const number = rows[index]?.number
  return number ? { number, place: index + 1 } : null
}

/**
 * Appends an entry below the table's last row and keeps all other text; adds a table when there is none, and the columns that a
 * table of the first versions lacks. The row is sealed onto the rows above it as they are in the new file.
 *
 * @throws LogBroken
 */
export function appendEntry(file: string | null, entry: LogEntry, seal: SealRow = () => null): string {
  const appended = append(file, entry, seal)
  const row = readLogRows(appended).at(-1)
  if (row?.event === entry.event && row.head && formatHead(row.head) === formatHead(entry.head))
    return appended
  throw new LogBroken(
    'Text in the rotation log hides what is appended to it, such as a code block or an HTML comment that is not closed',
    'Close it, so that the table is shown as a table.',
  )
}

function append(file: string | null, entry: LogEntry, seal: SealRow): string {
  const row = (above: readonly LogRow[], names: string[]) => formatRow(entry, above, names, seal)
  const ours = namesOf([...COLUMNS])
  if (file === null || file.trim() === '') return `${NEW_FILE}${row([], ours)}\n`
  const eol = file.includes('\r\n') ? '\r\n' : '\n'
  const table = readTable(file)
  if (!table)
    return `${file}${file.endsWith('\n') ? '' : eol}${eol}${[HEADER, DIVIDER, row([], ours)].join(eol)}${eol}`
  const missing = ADDED_COLUMNS.filter((name) => !table.names.includes(name))
  const names = [...table.names, ...missing]
  const last = table.lines.at(-1) ?? table.divider ?? table.header
  const before = widen(file.slice(0, last.end), table, missing)
  // As they are in the new file: the padded ones have a number.
  const above = missing.length > 0 ? readLogRows(before) : table.rows
  const added = [...(table.divider ? [] : [formatLine(names.map(() => '---'))]), row(above, names)]
  return `${before}${/[\r\n]$/.test(before) ? '' : eol}${added.join(eol)}${eol}${file.slice(last.end)}`
}

const namesOf = (columns: string[]): string[] => columns.map((name) => name.toLowerCase())

const nextNumber = (rows: readonly LogRow[]): number =>
  Math.max(rows.length, ...rows.map((row) => row.number ?? 0)) + 1

/** The columns of the names that people added stay empty. */
function formatRow(entry: LogEntry, above: readonly LogRow[], names: string[], seal: SealRow): string {
  const cells = { ...entryCells(entry), row: String(nextNumber(above)) }
  const texts = Object.entries(cells).map(([name, source]) => [name, cellText(source)])
  const sealed = escapeCell(seal(above, Object.fromEntries(texts)) ?? EMPTY)
  const byName = new Map(
    Object.entries({ ...cells, seal: sealed }).map(([name, cell]) => [name.toLowerCase(), cell]),
  )
  return formatLine(names.map((name) => byName.get(name) ?? ''))
}

/** Rows of the first versions are numbered by their place, so that all numbers mean the same. */
function widen(
  text: string,
  { header, divider, lines, names }: LogTable,
  missing: readonly string[],
): string {
  if (missing.length === 0) return text
  const edits = [
    { line: header, cells: [...missing] },
    ...(divider ? [{ line: divider, cells: missing.map(() => '---') }] : []),
    ...lines.map((line, index) => ({
      line,
      cells: missing.map((name) => (name === 'row' ? String(index + 1) : EMPTY)),
    })),
  ]
  return edits.reduceRight(
    (whole, { line, cells }) =>
      whole.slice(0, line.start) +
      widenLine(line.text, names.length, cells) +
      whole.slice(line.start + line.text.length),
    text,
  )
}

/** Null when the file has no table of ours. @throws LogBroken */
function readTable(file: string): LogTable | null {
  const all = linesOf(file)
  const prose = proseLines(all)
  const headers = prose.filter((line) => isHeader(line.text))
  const [header, another] = headers
  const numberOf = (line: Line) => all.indexOf(line) + 1
  if (another)
    throw new LogBroken(
      `The rotation log has two tables, on line ${headers.map(numberOf).join(' and line ')}`,
      'Move all rows into one table, oldest first, and remove the other.',
    )
  const table = header ? tableFrom(all, header, numberOf(header)) : null
  const inTable = new Set(table?.lines)
  const stray = prose.find((line) => !inTable.has(line) && isRowOfOurs(line.text))
  if (stray)
    throw new LogBroken(
      `Line ${numberOf(stray)} of the rotation log is a row, but not in its table`,
      `Put the table’s header ${HEADER} above all rows, and no blank line between them.`,
    )
  return table
}

function tableFrom(all: Line[], header: Line, at: number): LogTable {
  const names = namesOf(cellsOf(header.text).map(({ source }) => cellText(source)))
  const fault = faultIn(names)
  if (fault)
    throw new LogBroken(
      `The table in the rotation log (line ${at}) cannot be read: ${fault}`,
      `Give it the columns ${COLUMNS.join(', ')} again; other columns may be added.`,
    )
  const next = all[at]
  const divider = next && isDivider(next.text, names.length) ? next : null
  const below = all.slice(divider ? at + 1 : at)
  const end = below.findIndex(({ text }) => !/^ {0,3}\|/.test(text))
  const lines = end < 0 ? below : below.slice(0, end)
  if (!divider && lines.length > 0)
    throw new LogBroken(
      `The table in the rotation log (line ${at}) cannot be read: the line below its header does not divide ${names.length} columns`,
      `Put ${formatLine(names.map(() => '---'))} below the header.`,
    )
  return { header, divider, lines, names, rows: lines.map(({ text }) => rowFrom(text, names)) }
}

function rowFrom(line: string, names: string[]): LogRow {
  const texts = cellsOf(line).map(({ source }) => cellText(source))
  const cells = new Map(names.map((name, index) => [name, texts[index] ?? '']))
  const number = cells.get('row') ?? ''
  return {
    rotation: cells.get('rotation') ?? '',
    event: cells.get('event') ?? '',
    head: parseHead(cells.get('head') ?? ''),
    number: /^[1-9]\d{0,8}$/.test(number) ? Number(number) : null,
    cells,
  }
}

/** A header that lost a few of its names is still ours. */
const OURS = 5

const isHeader = (line: string): boolean => {
  const names = new Set(namesOf(cellsOf(line).map(({ source }) => cellText(source))))
  return namesOf([...COLUMNS]).filter((name) => names.has(name)).length >= OURS
}

const isRowOfOurs = (line: string): boolean => {
  const cells = cellsOf(line)
  return cells.length >= OURS && cells.some(({ source }) => parseHead(cellText(source)))
}

function faultIn(names: string[]): string | null {
  const ours = namesOf([...COLUMNS])
  const lacking = EARLIER_COLUMNS.filter((name) => !names.includes(name.toLowerCase()))
  const twice = ours.filter((name) => names.filter((each) => each === name).length > 1)
  if (lacking.length > 0) return `it has no column ${lacking.map((name) => `“${name}”`).join(', ')}`
  return twice.length > 0 ? `it has the column ${twice.map((name) => `“${name}”`).join(', ')} twice` : null
}
