import { breakAddresses } from '../break-addresses.ts'

/** A line of a text; `start` and `end` are offsets, `end` after its line end. */
export interface Line {
  text: string
  start: number
  end: number
}

const BYTE_ORDER_MARK = '\uFEFF'

export function linesOf(text: string): Line[] {
  return [...text.matchAll(/([^\r\n]*)(?:\r?\n|\r|$)/g)]
    .filter((match) => match[0] !== '')
    .map((match, index) => {
      const line = match[1] ?? ''
      const mark = index === 0 && line.startsWith(BYTE_ORDER_MARK) ? 1 : 0
      return {
        text: line.slice(mark),
        start: match.index + mark,
        end: match.index + match[0].length,
      }
    })
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/

/** The lines that are neither in a code block nor in an HTML comment of their own. */
export function proseLines(lines: Line[]): Line[] {
  const prose: Line[] = []
  let fence: string | null = null
  let inComment = false
  for (const line of lines) {
    const [, marks = '', rest = ''] = FENCE.exec(line.text) ?? []
    if (fence !== null) {
      if (marks.startsWith(fence) && rest.trim() === '') fence = null
    } else if (inComment) inComment = !line.text.includes('-->')
    else if (marks !== '' && !(marks.startsWith('`') && rest.includes('`'))) fence = marks
    else if (/^ {0,3}<!--/.test(line.text)) inComment = !line.text.includes('-->')
    else if (!/^(?: {4}| {0,3}\t)/.test(line.text)) prose.push(line)
  }
  return prose
}

/** A cell as it is written, trimmed; `end` is the offset of the bar after it, or of the line's end. */
export interface Cell {
  source: string
  end: number
}

/** The cells of a table's line. A bar after an odd number of backslashes is text, also in a code span (GFM, "Tables"). */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = []
  let start = line.length - line.trimStart().length
  if (line[start] === '|') start += 1
  for (let at = start; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1
    else if (line[at] === '|') {
      cells.push({ source: line.slice(start, at).trim(), end: at })
      start = at + 1
    }
  }
  if (line.slice(start).trim() !== '')
    cells.push({ source: line.slice(start).trim(), end: line.trimEnd().length })
  return cells
}

const DIVIDER_CELL = /^:?-+:?$/

/** Whether a line divides a header of this many columns from its rows. */
export function isDivider(line: string, columns: number): boolean {
  const cells = cellsOf(line)
  return cells.length === columns && cells.every(({ source }) => DIVIDER_CELL.test(source))
}

/** Adds cells behind the last column of a table's line; a line with fewer cells than columns is filled up first. */
export function widenLine(line: string, columns: number, added: string[]): string {
  const cells = cellsOf(line)
  const missing = Math.max(0, columns - cells.length)
  const end = cells[Math.min(columns, cells.length) - 1]?.end ?? line.trimEnd().length
  const head = line[end] === '|' ? line.slice(0, end + 1) : `${line.slice(0, end)} |`
  const tail = line[end] === '|' ? line.slice(end + 1) : line.slice(end)
  return `${head}${' |'.repeat(missing)} ${added.join(' | ')} |${tail}`
}

export const formatLine = (cells: string[]): string =>
  `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`

const BIDI_CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(BIDI_CONTROLS, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;', '@': '&#64;' }

/** Invisible; an entity, so that it differs from one in a text. */
const WORD_JOINER = '&#8288;'

/** Where a word joiner goes; no text on one line has this control character. */
const PLACE = '\u0001'

/** Escapes a cell: one line, with bars, Markdown, addresses and HTML inert. */
export const escapeCell = (text: string): string =>
  breakAddresses(oneLine(text), PLACE)
    .replace(/[\\`*_~[\]|]/g, (mark) => `\\${mark}`)
    .replace(/[&<>$@]/g, (mark) => ENTITIES[mark] ?? mark)
    .replaceAll(PLACE, WORD_JOINER)

/** As `escapeCell`, but a word that is an https or http address becomes a link. */
export const escapeWithLinks = (text: string): string =>
  oneLine(text)
    .split(' ')
    .map((word) => (/^https?:\/\//.test(word) && URL.canParse(word) ? linkTo(word) : escapeCell(word)))
    .join(' ')

const linkTo = (address: string): string =>
  `<${address.replace(/[<>\\`"^{|}]/g, encodeURIComponent).replaceAll('&', '&amp;')}>`

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' }

const decodeEntities = (text: string): string =>
  text.replace(/&(?:(amp|lt|gt|quot)|#(\d{1,7})|#[xX]([\da-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (name) return NAMED[name] ?? whole
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

const ESCAPES = /<(https?:[^<>\s]*)>|\\([!-/:-@[-`{-~])|&(?:[a-z]+|#\w+);/g

/** The text that a cell shows: escapes, entities and angle brackets around addresses are resolved. */
export const cellText = (source: string): string =>
  source
    .replaceAll(WORD_JOINER, '')
    .replace(ESCAPES, (whole, address, mark) =>
      address !== undefined ? decodeEntities(address) : (mark ?? decodeEntities(whole)),
    )
    .replace(/\s+/g, ' ')
