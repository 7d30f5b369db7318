/** A Markdown table's header, its last row, and how many rows it has. */
export interface TableSummary {
  header: string[]
  newest: string[] | null
  rows: number
}

const DIVIDER = /^\|(\s*:?-+:?\s*\|)+\s*$/

/** Reads the first table of a text. Cells are shown as written, with escaped bars as bars. */
export function summarizeTable(text: string): TableSummary {
  const lines = text.split(/\r?\n/)
  const divider = lines.findIndex((line, index) => index > 0 && DIVIDER.test(line))
  if (divider === -1) return { header: [], newest: null, rows: 0 }
  const below = lines.slice(divider + 1)
  const end = below.findIndex((line) => !line.startsWith('|'))
  const rows = end === -1 ? below : below.slice(0, end)
  const newest = rows.at(-1)
  return {
    header: cells(lines[divider - 1]!),
    newest: newest === undefined ? null : cells(newest),
    rows: rows.length,
  }
}

/** An odd number of backslashes before a bar makes it text. */
function cells(row: string): string[] {
  const inner = row.trim().replace(/^\|/, '').replace(/\|$/, '')
  const parts = inner.match(/(?:\\.|[^|\\])*(?:\||$)/gs) ?? []
  const last = parts.at(-1) === '' ? parts.slice(0, -1) : parts
  return last.map((part) => part.replace(/\|$/, '').trim().replace(/\\\|/g, '|'))
}
