import { describe, expect, it } from 'vitest'
import { appendEntry, hasEntry, LogBroken, misplacedRow, readLogRows } from '#domain/rotation/log-file'
import { EARLIER_COLUMNS, formatHead, logEntry } from '#domain/rotation/rotation-log'
import { HOSTILE_TEXTS } from '#test/support/hostile'
import { aLogEntry } from '#test/support/log-entry-builder'
import { AI_OPS_OWNER, aRotation, aSignOff, minutesIn } from '#test/support/rotation-builder'

const SECOND = aLogEntry({
  event: 'approved',
  head: { count: 9, hash: 'cd'.repeat(32) },
  digest: 'ef'.repeat(32),
})

const eventsIn = (file: string) => readLogRows(file).map((row) => row.event)

describe('the rotation log', () => {
  it('begins with a title, a paragraph and the table of the contract', () => {
    const file = appendEntry(null, aLogEntry())
    expect(file).toMatch(/^# .+\n\n\S/)
    expect(file.split('\n\n')).toHaveLength(3)
    expect(file).toContain(
      '| date (UTC) | rotation | event | trigger | owner | environments | tokens | sign-offs | evidence | head | digest | row | seal |',
    )
    expect(file.trimEnd().split('\n').at(-1)).toBe(
      `| 2026-11-23 09:02 | R42 | validated | manual | operator (U0OPERATOR) | production, staging | orchestrator/production | – | – | 7:${'ab'.repeat(32)} | – | 1 | – |`,
    )
  })

  it('appends each entry below the last, with the next number', () => {
    const first = appendEntry(null, aLogEntry())
    const second = appendEntry(first, SECOND)
    expect(readLogRows(second).map((row) => [row.event, row.head?.count, row.number])).toEqual([
      ['validated', 7, 1],
      ['approved', 9, 2],
    ])
    expect(readLogRows(second)[1]?.cells.get('digest')).toBe('ef'.repeat(32))
    expect(second.startsWith(first.trimEnd())).toBe(true)
  })

  it('numbers on above a row that was taken out, and finds its place empty', () => {
    const file = [aLogEntry(), SECOND, aLogEntry({ event: 'promoted' })].reduce<string>(
      (whole, each) => appendEntry(whole, each),
      '',
    )
    expect(misplacedRow(readLogRows(file))).toBeNull()
    const cut = file.replace(/.*approved.*\n/, '')
    expect(misplacedRow(readLogRows(cut))).toEqual({ number: 3, place: 2 })
    expect(readLogRows(appendEntry(cut, aLogEntry({ event: 'completed' }))).map((row) => row.number)).toEqual(
      [1, 3, 4],
    )
  })

  it('keeps what people wrote above and below, to the letter, and their line ends', () => {
    const byHand = appendEntry('# Ours\r\n\r\nA note.\r\n', aLogEntry()).replace(
      /\r?\n$/,
      '\r\n\r\nBelow the table.\r\n',
    )
    const file = appendEntry(byHand, SECOND)
    expect(file).toContain('# Ours\r\n\r\nA note.\r\n')
    expect(file.endsWith('\r\n\r\nBelow the table.\r\n')).toBe(true)
    expect(readLogRows(file)).toHaveLength(2)
    expect(file.match(/\| date \(UTC\) \|/g)).toHaveLength(1)
  })

  it.each([
    ['Windows line ends above, Unix ones in the table', '# Ours\r\n\r\nA note.\r\n\r\n', '\n', 'Below.\n'],
    ['Unix line ends above, Windows ones in the table', '# Ours\n\nA note.\n\n', '\r\n', 'Below.\r\n'],
    ['old Mac line ends above and no last one', '# Ours\r\rA note.\r\r', '\n', '\r\nBelow.\rAnd\nlower.'],
    ['a byte order mark', '\uFEFF# Ours\n\n', '\n', 'Below.\n'],
    [
      'a code block and a comment around it',
      '```md\n| a | b |\n```\n\n<!--\n| --- |\n-->\n',
      '\n',
      '    code\n',
    ],
  ])('keeps every other byte of a file with %s', (_, above, inTable, below) => {
    const table = appendEntry(null, aLogEntry()).split('\n').slice(-4, -1).join(inTable) + inTable
    const file = appendEntry(`${above}${table}${inTable}${below}`, SECOND)
    expect(file.startsWith(`${above}${table}| `)).toBe(true)
    expect(file.endsWith(`|${file.includes('\r\n') ? '\r\n' : '\n'}${inTable}${below}`)).toBe(true)
    expect(eventsIn(file)).toEqual(['validated', 'approved'])
  })

  it('goes on in a table that somebody left without its divider or last line end', () => {
    const header =
      appendEntry(null, aLogEntry())
        .split('\n')
        .find((line) => line.includes('date (UTC)')) ?? ''
    const file = appendEntry(`# Log\n\n${header}`, aLogEntry())
    expect(readLogRows(file)).toHaveLength(1)
    expect(file).toMatch(/\|\n\| --- \|/)
  })

  it('is not misled by an example of itself in a code block', () => {
    const example = appendEntry(null, aLogEntry({ event: 'aborted' }))
    const file = `# Ours\n\n~~~\n${example}~~~\n\n${appendEntry(null, aLogEntry())}`
    expect(eventsIn(appendEntry(file, SECOND))).toEqual(['validated', 'approved'])
  })

  it('knows whether an entry is there', () => {
    const file = appendEntry(null, aLogEntry())
    expect(hasEntry(file, aLogEntry())).toBe(true)
    expect(hasEntry(file, aLogEntry({ event: 'approved' }))).toBe(false)
    expect(hasEntry(file, aLogEntry({ rotation: 'R43' }))).toBe(false)
    expect(hasEntry(file, aLogEntry({ head: { count: 8, hash: 'ab'.repeat(32) } }))).toBe(false)
    expect(hasEntry(file.replaceAll('|', ''), aLogEntry())).toBe(false)
    expect(hasEntry(file.replaceAll(' | ', '   |  '), aLogEntry())).toBe(true)
  })

  it.each(Object.entries(HOSTILE_TEXTS))('keeps %s inside its cell', (_, text) => {
    const hostile = aLogEntry({ owner: text, tokens: [text, text], signOffs: text, evidence: text })
    const file = appendEntry(null, hostile)
    const [row, ...others] = readLogRows(file)
    expect(others).toEqual([])
    expect(row?.head).toEqual(hostile.head)
    expect(row?.cells.get('seal')).toBe('–')
    const plain = text
      .toWellFormed()
      .replace(/[\u202A-\u202E\u2066-\u2069]/g, '')
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
    expect(row?.cells.get('owner')).toBe(plain || '–')
    expect(hasEntry(file, hostile)).toBe(true)
  })
})

describe('a table that people changed', () => {
  const [header = '', divider = '', row = ''] = appendEntry(null, aLogEntry()).trimEnd().split('\n').slice(-3)

  it('with a column of remarks, in another order and aligned, is filled by the names of its columns', () => {
    const added = (line: string, cell: string) => line.replace(/^\|([^|]*)\|([^|]*)\|/, `|$2|$1| ${cell} |`)
    const table = [added(header, 'Remarks'), added(divider, ':--:'), added(row, 'a\\|b')].join('\n')
    const file = appendEntry(`# Log\n\n${table.replaceAll(' | ', '  |   ')}\n`, SECOND)
    const [first, second] = readLogRows(file)
    expect(first?.cells.get('remarks')).toBe('a|b')
    expect(second?.cells.get('remarks')).toBe('')
    expect(second).toMatchObject({ rotation: 'R42', event: 'approved', number: 2, head: SECOND.head })
    expect(file).toContain('| R42 | 2026-11-23 09:02 | | approved |')
  })

  it.each([
    ['a column renamed', header.replace('| head |', '| place |'), divider, row, /has no column “head”/],
    ['a column twice', header.replace('| row |', '| head |'), divider, row, /has the column “head” twice/],
    ['no divider', header, row, '', /does not divide 13 columns.*\. Put \| --- \|/],
    ['a divider that is too short', header, '| --- | --- |', row, /does not divide 13 columns/],
    ['a blank line before a row', header, divider, `\n${row}`, /^Line 6 .* is a row, but not in its table/],
    ['no header', '', '', row, /^Line 5 .* is a row, but not in its table\. Put the table’s header/],
    ['two tables', header, divider, `\n${header}`, /has two tables, on line 3 and line 6\. Move all rows/],
  ])('and that has %s is refused with a sentence', (_, ...parts) => {
    const [first, second, third, sentence] = parts
    const file = `# Log\n\n${first}\n${second}\n${third}\n`
    for (const use of [readLogRows, (text: string) => appendEntry(text, SECOND)])
      expect(() => use(file)).toThrow(expect.objectContaining({ message: expect.stringMatching(sentence) }))
    expect(() => hasEntry(file, SECOND)).toThrow(LogBroken)
  })
})

describe('a table with the earlier ten columns', () => {
  const cells = (...values: string[]) => `| ${values.join(' | ')} |`
  const old = (event: string, count: number) =>
    cells(
      ...['2026-11-20 09:00', 'R7', event, 'manual', 'operator', 'staging', 'a/staging', '–'],
      'https://ci.example/run/1',
      formatHead({ count, hash: 'ab'.repeat(32) }),
    )
  const table = [
    cells(...EARLIER_COLUMNS),
    cells(...EARLIER_COLUMNS.map(() => '---')),
    old('validated', 3),
    `${old('approved', 4)}  `,
    old('completed', 5).slice(0, -2),
  ]

  it('gets the new header, and its rows are padded and numbered; nothing else is touched', () => {
    const file = appendEntry(`# Ours\r\n\r\nBy hand.\n\n${table.join('\n')}\n\nBelow.\n`, SECOND)
    const lines = file.split('\n')
    expect(file.startsWith('# Ours\r\n\r\nBy hand.\n\n')).toBe(true)
    expect(file.endsWith('\n\nBelow.\n')).toBe(true)
    expect(lines[4]).toBe(`${table[0]} digest | row | seal |`)
    expect(lines[6]).toBe(`${table[2]} – | 1 | – |`)
    expect(lines[7]).toBe(`${old('approved', 4)} – | 2 | – |  `)
    expect(lines[8]).toBe(`${old('completed', 5)} – | 3 | – |`)
    expect(readLogRows(file).map((each) => [each.event, each.number, each.cells.size])).toEqual([
      ['validated', 1, 13],
      ['approved', 2, 13],
      ['completed', 3, 13],
      ['approved', 4, 13],
    ])
  })

  it('is read before it was widened', () => {
    const file = `${table.join('\n')}\n`
    expect(eventsIn(file)).toEqual(['validated', 'approved', 'completed'])
    expect(misplacedRow(readLogRows(file))).toBeNull()
  })
})

describe('an entry', () => {
  const names = (id: string) => ({ U0OPERATOR: 'operator', [AI_OPS_OWNER]: 'Ann (she); x' })[id] ?? id
  const head = { count: 12, hash: 'ab'.repeat(32) }
  const signed = aRotation({
    done: 5,
    signOffs: [
      aSignOff({ digest: 'd1'.repeat(32) }),
      aSignOff({ role: 'ai-ops-owner', by: AI_OPS_OWNER, digest: 'd1'.repeat(32) }),
    ],
  })

  it('of an approval names people with their ids, and the digest that they signed', () => {
    const { owner, signOffs, digest } = logEntry(signed, 'approved', minutesIn(130), head, names)
    expect(owner).toBe('operator (U0OPERATOR)')
    expect(signOffs).toContain(`ai-ops-owner: Ann [she], x (${AI_OPS_OWNER}) approved`)
    expect(digest).toBe('d1'.repeat(32))
  })

  it('of any other event has no digest', () => {
    expect(logEntry(signed, 'completed', minutesIn(130), head, names).digest).toBeNull()
  })

  it('of one environment names only its tokens', () => {
    const { environments, tokens } = logEntry(signed, 'promoted', minutesIn(130), head, names, {
      environment: 'production',
    })
    expect(environments).toEqual(['production'])
    expect(tokens.every((token) => token.endsWith('/production'))).toBe(true)
  })

  it('says who acknowledged, and why', () => {
    const { signOffs, evidence } = logEntry(signed, 'break-glass', minutesIn(90), head, names, {
      note: 'the token was seen in a paste',
      acknowledged: { by: 'U0OPERATOR', as: 'devops-lead' },
    })
    expect(signOffs).toMatch(/^devops-lead: operator \(U0OPERATOR\) acknowledged; /)
    expect(evidence).toMatch(/^the token was seen in a paste/)
  })
})
