import { lint } from 'markdownlint/sync'
import { format } from 'prettier'
import { describe, expect, it } from 'vitest'
import { appendEntry, hasEntry, readLogRows } from '#domain/rotation/log-file'
import { cellText, escapeCell } from '#domain/rotation/markdown-table'
import type { LogEntry } from '#domain/rotation/rotation-log'
import { HOSTILE_TEXTS } from '#test/support/hostile'

const entryOf = (text: string, count: number): LogEntry => ({
  at: '2026-11-23T09:02:00.000Z',
  rotation: 'R42',
  event: 'approved',
  trigger: 'manual',
  owner: text,
  environments: [text, 'staging'],
  tokens: [`${text}/staging`],
  signOffs: `devops-lead: ${text} approved`,
  evidence: `${text} https://ci.example/runs/1?a=b&copy;=*c*_d_|e ${text}`,
  head: { count, hash: 'ab'.repeat(32) },
  digest: 'cd'.repeat(32),
})

/** The linter takes minutes for longer ones. */
const LENGTH = 120

const TEXTS = [
  ...Object.values(HOSTILE_TEXTS).map((text) => text.slice(0, LENGTH)),
  'a\\|b \\\\| c\\',
  '`a | b`',
  '&lt; &#124; &#x7c;',
  '[x]: https://evil.example',
  '![x](https://evil.example "t")',
  '<b onclick="x">&nbsp;</b> <!-- x -->',
  'www.evil.example mail@evil.example ftp://evil.example',
  '$a$ ~~b~~ __c__ ***d*** _e_f_',
  '| --- | --- |',
]

const ENTRIES = TEXTS.map((text, index) => entryOf(text, index + 1))
const FILE = ENTRIES.reduce<string>((file, entry) => appendEntry(file, entry), '')

const problemsOf = (log: string): string[] =>
  Object.values(lint({ strings: { log } }))
    .flat()
    .map(({ lineNumber, ruleNames }) => `${lineNumber}: ${ruleNames.join(' ')}`)

const textsIn = (file: string) => readLogRows(file).map((row) => Object.fromEntries(row.cells))

describe('a log with every text that can break a table', () => {
  it('passes markdownlint', () => {
    expect(problemsOf(FILE)).toEqual([])
    // The linter does judge the file.
    expect(problemsOf(FILE.replaceAll('&#8288;', ''))).toContainEqual(expect.stringContaining('no-bare-urls'))
  })

  it('has no address that a reader’s client turns into a link, and reads what was written', () => {
    const written = 'ask mail@evil.com, see evil.com, www.evil.com or https://evil.com'
    const cell = escapeCell(written)
    expect(cell).not.toMatch(/evil\.com|www\.|mail&#64;evil|:\/\//)
    expect(cellText(cell)).toBe(written)
    expect(cellText(escapeCell('a &#8288; b'))).toBe('a &#8288; b')
  })

  it('says the same after prettier has aligned it, and an entry is not written twice', async () => {
    const aligned = await format(FILE, { parser: 'markdown' })
    expect(aligned).not.toBe(FILE)
    expect(textsIn(aligned)).toEqual(textsIn(FILE))
    expect(ENTRIES.every((entry) => hasEntry(aligned, entry))).toBe(true)
  })

  it('goes on below an aligned table', async () => {
    const aligned = await format(FILE, { parser: 'markdown' })
    const next = appendEntry(aligned, entryOf('next', 900))
    expect(next.startsWith(aligned.trimEnd())).toBe(true)
    expect(readLogRows(next).at(-1)).toMatchObject({ number: TEXTS.length + 1 })
    expect(textsIn(await format(next, { parser: 'markdown' }))).toEqual(textsIn(next))
  })
})
