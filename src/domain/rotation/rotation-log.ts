import { environmentsOf, tokenLabel } from '#domain/tokens/scope'
import type { ChainHead } from './event-chain.ts'
import {
  approvals,
  type Instant,
  type Rotation,
  rotationLabel,
  type SignOff,
  type Trigger,
} from './rotation.ts'

export type LogEvent =
  | 'incident-opened'
  | 'validated'
  | 'approved'
  | 'rejected'
  | 'withdrawn'
  | 'break-glass'
  | 'promoted'
  | 'completed'
  | 'aborted'

export interface LogEntry {
  at: Instant
  rotation: string
  event: LogEvent
  trigger: Trigger
  owner: string
  environments: string[]
  tokens: string[]
  signOffs: string
  evidence: string
  head: ChainHead
}

const COLUMNS = [
  'date (UTC)',
  'rotation',
  'event',
  'trigger',
  'owner',
  'environments',
  'tokens',
  'sign-offs',
  'evidence',
  'head',
] as const

const HEADER = `| ${COLUMNS.join(' | ')} |`
const DIVIDER = `|${COLUMNS.map(() => ' --- ').join('|')}|`

const NEW_FILE = `# Capability token rotation log

Each row is one decision of a rotation, appended by the rotation bot. The last column is the place and hash of the
newest event in the bot's history at that moment: together they show whether that history was shortened or rewritten.

${HEADER}
${DIVIDER}
`

/** Escapes a cell: one line, with pipes, Markdown and HTML inert. */
export function escapeCell(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[\\`[\]|]/g, (mark) => `\\${mark}`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .trim()
}

export const formatHead = (head: ChainHead): string => `${head.count}:${head.hash}`

export const formatRow = (entry: LogEntry): string => `| ${cellsOf(entry).join(' | ')} |`

export const differingCells = (
  entry: LogEntry,
  cells: string[],
): { column: string; is: string; was: string }[] =>
  cellsOf(entry).flatMap((was, index) => {
    const is = cells[index] ?? ''
    return is === was ? [] : [{ column: COLUMNS[index] ?? '', is, was }]
  })

function cellsOf(entry: LogEntry): string[] {
  const cells = [
    entry.at.slice(0, 16).replace('T', ' '),
    entry.rotation,
    entry.event,
    entry.trigger,
    entry.owner,
    entry.environments.join(', '),
    entry.tokens.join(', '),
    entry.signOffs,
    entry.evidence,
    formatHead(entry.head),
  ]
  return cells.map((cell) => escapeCell(cell) || '–')
}

/** Whether the file holds this entry; the head is unique to it. */
export const hasEntry = (file: string, entry: LogEntry): boolean =>
  file
    .split('\n')
    .some(
      (line) =>
        line.startsWith('|') && line.includes(formatHead(entry.head)) && line.includes(`| ${entry.event} |`),
    )

/** Appends below the table's last row and keeps all other text; adds a table when there is none. */
export function appendEntry(file: string | null, entry: LogEntry): string {
  const row = formatRow(entry)
  if (file === null || file.trim() === '') return `${NEW_FILE}${row}\n`
  const eol = file.includes('\r\n') ? '\r\n' : '\n'
  const lines = linesOf(file)
  const header = lines.findLastIndex((line) => isHeader(line.text))
  if (header < 0) {
    const blank = file.endsWith('\n') ? '' : eol
    return `${file}${blank}${eol}${[HEADER, DIVIDER, row].join(eol)}${eol}`
  }
  const isRow = (line: { text: string } | undefined) => line?.text.trimStart().startsWith('|') === true
  let last = header
  while (isRow(lines[last + 1])) last += 1
  const added = last === header ? [DIVIDER, row] : [row]
  const end = lines[last]?.end ?? file.length
  const before = file.slice(0, end)
  const blank = before.endsWith('\n') ? '' : eol
  return `${before}${blank}${added.map((line) => `${line}${eol}`).join('')}${file.slice(end)}`
}

function linesOf(text: string): { text: string; end: number }[] {
  return [...text.matchAll(/([^\r\n]*)(?:\r?\n|\r|$)/g)]
    .filter((match) => match[0] !== '')
    .map((match) => ({ text: match[1] ?? '', end: match.index + match[0].length }))
}

const isHeader = (line: string): boolean => {
  const cells = line.split('|').map((cell) => cell.trim().toLowerCase())
  return cells[1] === COLUMNS[0].toLowerCase() && cells.includes('rotation') && cells.includes('head')
}

/** The cells of a row, still escaped; null for any other line. */
export function parseRow(
  line: string,
): { rotation: string; event: string; head: ChainHead; cells: string[] } | null {
  const cells = line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())
  const head = /^(\d+):([0-9a-f]{64})$/.exec(cells[9] ?? '')
  if (cells.length !== COLUMNS.length || !head) return null
  return {
    rotation: cells[1] ?? '',
    event: cells[2] ?? '',
    head: { count: Number(head[1]), hash: head[2] ?? '' },
    cells,
  }
}

const signOffText = (
  { role, by, decision, delegateOf }: SignOff,
  names: (userId: string) => string,
): string => `${role}: ${names(by)}${delegateOf ? ` as delegate of ${names(delegateOf)}` : ''} ${decision}`

export function logEntry(
  rotation: Rotation,
  event: LogEvent,
  at: Instant,
  head: ChainHead,
  names: (userId: string) => string,
): LogEntry {
  const signed = event === 'rejected' ? rotation.signOffs.slice(-1) : approvals(rotation)
  const links = rotation.steps.flatMap(
    (step) => step.completion?.evidence.map((each) => each.url ?? each.label) ?? [],
  )
  const runs = rotation.runs.flatMap((run) => run.url ?? [])
  const opened = rotation.evidence.flatMap((each) => each.url ?? [])
  const manual = rotation.exceptions.length
  const proof = rotation.exceptions.flatMap((each) => each.proof.flatMap((link) => link.url ?? []))
  const marks = [
    ...(rotation.trigger === 'chaos-drill' ? ['DRILL'] : []),
    ...(manual > 0 ? [`${manual} manual ${manual === 1 ? 'step' : 'steps'}`] : []),
  ]
  return {
    at,
    rotation: rotationLabel(rotation.id),
    event,
    trigger: rotation.trigger,
    owner: names(rotation.ownerId),
    environments: environmentsOf(rotation.tokens),
    tokens: rotation.tokens.map(tokenLabel),
    evidence: [...marks, ...opened, ...runs, ...links, ...proof].join(' '),
    signOffs: signed.map((each) => signOffText(each, names)).join('; '),
    head,
  }
}
