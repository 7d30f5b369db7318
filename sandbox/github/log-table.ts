import { cellsOf, isDivider, linesOf, proseLines } from '#domain/rotation/markdown-table'

export interface TableSummary {
  header: string[]
  newest: string[] | null
  rows: number
}

const NAMES = ['rotation', 'event', 'head']

// A bar's escape belongs to the table; the others are the page's to show.
const sources = (line: string): string[] => cellsOf(line).map(({ source }) => source.replaceAll('\\|', '|'))

/** Reads the log's table of a Markdown text: the first with a rotation, an event and a head. Cells are inline Markdown. */
export function summarizeTable(text: string): TableSummary {
  const lines = proseLines(linesOf(text)).map((line) => line.text)
  const at = lines.findIndex((line, index) => {
    const names = sources(line)
    return NAMES.every((name) => names.includes(name)) && isDivider(lines[index + 1] ?? '', names.length)
  })
  if (at < 0) return { header: [], newest: null, rows: 0 }
  const below = lines.slice(at + 2)
  const end = below.findIndex((line) => !line.startsWith('|'))
  const rows = end < 0 ? below : below.slice(0, end)
  const newest = rows.at(-1)
  return {
    header: sources(lines[at] ?? ''),
    newest: newest === undefined ? null : sources(newest),
    rows: rows.length,
  }
}
