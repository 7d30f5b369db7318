import { describe, expect, it } from 'vitest'
import {
  appendEntry,
  escapeCell,
  formatRow,
  hasEntry,
  type LogEntry,
  parseRow,
} from '#domain/rotation/rotation-log'
import { HOSTILE_TEXTS } from '#test/support/hostile'

const entry = (parts: Partial<LogEntry> = {}): LogEntry => ({
  at: '2026-11-23T09:02:00.000Z',
  rotation: 'R42',
  event: 'validated',
  trigger: 'manual',
  owner: 'operator',
  environments: ['production', 'staging'],
  tokens: ['orchestrator/production'],
  signOffs: '',
  evidence: '',
  head: { count: 7, hash: 'ab'.repeat(32) },
  ...parts,
})

const rowsIn = (file: string) => file.split('\n').flatMap((line) => parseRow(line) ?? [])

describe('the rotation log', () => {
  it('begins with a title, a paragraph and the table of the contract', () => {
    const file = appendEntry(null, entry())
    expect(file).toMatch(/^# .+\n\n\S/)
    expect(file).toContain(
      '| date (UTC) | rotation | event | trigger | owner | environments | tokens | sign-offs | evidence | head |',
    )
    expect(rowsIn(file)).toHaveLength(1)
  })

  it('appends each entry below the last', () => {
    const first = appendEntry(null, entry())
    const second = appendEntry(first, entry({ event: 'approved', head: { count: 9, hash: 'cd'.repeat(32) } }))
    expect(rowsIn(second).map((row) => [row.event, row.head.count])).toEqual([
      ['validated', 7],
      ['approved', 9],
    ])
    expect(second.startsWith(first.trimEnd())).toBe(true)
  })

  it('keeps what people wrote above and below, to the letter, and their line ends', () => {
    const byHand = appendEntry('# Ours\r\n\r\nA note.\r\n', entry()).replace(
      /\r?\n$/,
      '\r\n\r\nBelow the table.\r\n',
    )
    const file = appendEntry(byHand, entry({ event: 'approved', head: { count: 9, hash: 'cd'.repeat(32) } }))
    expect(file).toContain('# Ours\r\n\r\nA note.\r\n')
    expect(file.endsWith('\r\n\r\nBelow the table.\r\n')).toBe(true)
    expect(rowsIn(file)).toHaveLength(2)
    expect(file.match(/\| date \(UTC\) \|/g)).toHaveLength(1)
  })

  it.each([
    ['Windows line ends above, Unix ones in the table', '# Ours\r\n\r\nA note.\r\n\r\n', '\n', 'Below.\n'],
    ['Unix line ends above, Windows ones in the table', '# Ours\n\nA note.\n\n', '\r\n', 'Below.\r\n'],
    ['old Mac line ends above and no last one', '# Ours\r\rA note.\r\r', '\n', '\r\nBelow.\rAnd\nlower.'],
  ])('keeps every other byte of a file with %s', (_, above, inTable, below) => {
    const table = appendEntry(null, entry()).split('\n').slice(-4, -1).join(inTable) + inTable
    const file = appendEntry(
      `${above}${table}${inTable}${below}`,
      entry({ event: 'approved', head: { count: 9, hash: 'cd'.repeat(32) } }),
    )
    expect(file.startsWith(`${above}${table}| `)).toBe(true)
    expect(file.endsWith(`|${file.includes('\r\n') ? '\r\n' : '\n'}${inTable}${below}`)).toBe(true)
    const rows = file.split(/\r?\n|\r/).flatMap((line) => parseRow(line)?.event ?? [])
    expect(rows).toEqual(['validated', 'approved'])
  })

  it('goes on in a table that somebody left without its divider or last line end', () => {
    const header =
      appendEntry(null, entry())
        .split('\n')
        .find((line) => line.includes('date (UTC)')) ?? ''
    const file = appendEntry(`# Log\n\n${header}`, entry())
    expect(rowsIn(file)).toHaveLength(1)
    expect(file).toMatch(/\|\n\| --- \|/)
  })

  it('knows whether an entry is there', () => {
    const file = appendEntry(null, entry())
    expect(hasEntry(file, entry())).toBe(true)
    expect(hasEntry(file, entry({ event: 'approved' }))).toBe(false)
    expect(hasEntry(file, entry({ head: { count: 8, hash: 'ab'.repeat(32) } }))).toBe(false)
    expect(hasEntry(file.replaceAll('|', ''), entry())).toBe(false)
  })

  it.each(Object.entries(HOSTILE_TEXTS))('keeps %s inside its cell', (_, text) => {
    const hostile = entry({ owner: text, tokens: [text], signOffs: text, evidence: text })
    const row = formatRow(hostile)
    expect(row).not.toMatch(/[\n\r]/)
    expect(parseRow(row)?.cells).toHaveLength(10)
    expect(parseRow(row)?.head).toEqual(hostile.head)
    expect(escapeCell(text)).not.toMatch(/<|>/)
  })
})
