export interface TableSummary {
  header: string[]
  newest: string[] | null
  rows: number
}

const DIVIDER = /^\|(\s*:?-+:?\s*\|)+\s*$/

/** Reads the first table of a Markdown text. Cells are as written, with escaped bars unescaped. */
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

/** A bar after an odd number of backslashes is text. */
function cells(row: string): string[] {
  const inner = row.trim().replace(/^\|/, '').replace(/\|$/, '')
  const parts = inner.match(/(?:\\.|[^|\\])*(?:\||$)/gs) ?? []
  const last = parts.at(-1) === '' ? parts.slice(0, -1) : parts
  return last.map((part) => part.replace(/\|$/, '').trim().replace(/\\\|/g, '|'))
}
