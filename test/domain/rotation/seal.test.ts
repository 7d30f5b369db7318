import { createHash, createPublicKey, verify } from 'node:crypto'
import { format } from 'prettier'
import { describe, expect, it } from 'vitest'
import { keyChangeText, parseKeyChange } from '#domain/rotation/key-change'
import { appendEntry, LogBroken, type LogRow, readLogRows } from '#domain/rotation/log-file'
import { isKeyChanged, keyChange, newestKey, type SigningKeys, sealerOf } from '#domain/rotation/log-keys'
import { EARLIER_COLUMNS, keyChangedEntry, type LogEntry } from '#domain/rotation/rotation-log'
import { isSealedBy, type LogPlace, logHash, NO_ROW, parseSeals, sealsOf } from '#domain/rotation/seal'
import { HOSTILE_TEXTS } from '#test/support/hostile'
import { aLogEntry } from '#test/support/log-entry-builder'
import { aSigningKey, publicPem } from '#test/support/signing-keys'

const PLACE: LogPlace = { repository: 'flashfusion/agents', branch: 'main', path: 'log.md' }
const KEY = aSigningKey()
const OTHER = aSigningKey()

const append = (file: string | null, entry: LogEntry, keys: SigningKeys = { current: KEY, earlier: null }) =>
  appendEntry(file, entry, sealerOf(keys, PLACE, entry.event))

const entry = (count: number, parts: Partial<LogEntry> = {}) =>
  aLogEntry({ head: { count, hash: 'ab'.repeat(32) }, ...parts })

/** For each row, whether each of its seals is its own, by the keys of these tests. */
function verdicts(file: string, place = PLACE): boolean[] {
  const rows = readLogRows(file)
  return rows.map((row, index) => {
    const seals = sealsOf(row) ?? []
    const before = logHash(rows.slice(0, index))
    return (
      seals.length > 0 &&
      seals.every((seal) =>
        isSealedBy(place, before, row, seal, (seal.key === KEY.id ? KEY : OTHER).publicKey),
      )
    )
  })
}

const THREE = [1, 2, 3].reduce<string | null>((file, count) => append(file, entry(count)), null) ?? ''

const last = (file: string): LogRow => {
  const row = readLogRows(file).at(-1)
  if (!row) throw new Error('no row')
  return row
}

describe('the seal of a row', () => {
  it('is what the contract says, recomputed with nothing but Node', () => {
    const file = append(null, entry(1, { owner: 'ann | “b” (U1)', evidence: 'https://ci.example/1?a=b&c' }))
    const { cells } = last(file)
    const [key, before, signature = ''] = (cells.get('seal') ?? '').split(':')
    const der = KEY.publicKey.export({ format: 'der', type: 'spki' })
    expect(key).toBe(createHash('sha256').update(der).digest('hex').slice(0, 16))
    expect(before).toBe(NO_ROW)
    // Keys in the order of RFC 8785.
    const columns = `{"date (UTC)":"2026-11-23 09:02","digest":"–","environments":"production, staging","event":"validated","evidence":"https://ci.example/1?a=b&c","head":"1:${'ab'.repeat(32)}","owner":"ann | “b” (U1)","rotation":"R42","row":"1","sign-offs":"–","tokens":"orchestrator/production","trigger":"manual"}`
    const signed = `["rotation-log/v1","flashfusion/agents","main","log.md","${NO_ROW}",${columns}]`
    const publicKey = createPublicKey(publicPem(KEY))
    expect(verify(null, Buffer.from(signed), publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
  })

  it('holds for each row as written, and after another program aligned the table', async () => {
    expect(verdicts(THREE)).toEqual([true, true, true])
    const aligned = await format(THREE, { parser: 'markdown' })
    expect(aligned).not.toBe(THREE)
    expect(verdicts(aligned)).toEqual([true, true, true])
  })

  it.each(Object.entries(HOSTILE_TEXTS))('holds with %s in its cells', (_, text) => {
    const file = append(append(null, entry(1, { owner: text, evidence: text })), entry(2, { signOffs: text }))
    expect(verdicts(file)).toEqual([true, true])
  })

  it.each([
    ['a changed cell', (file: string) => file.replace('| 2:ab', '| 4:ab'), [true, false, false]],
    ['a row taken out', (file: string) => file.replace(/.*\| 2:ab.*\n/, ''), [true, false]],
    ['rows that changed places', (file: string) => swap(file), [true, false, false]],
    ['a row twice', (file: string) => file.replace(/(.*\| 2:ab.*\n)/, '$1$1'), [true, true, false, false]],
    [
      'half of a surrogate pair, spelled as an entity',
      (file: string) => file.replace('R42', '&#xD800;'),
      [false, false, false],
    ],
  ])('does not hold after %s, nor does any below', (_, change, expected) => {
    expect(verdicts(change(THREE))).toEqual(expected)
  })

  it.each([{ repository: 'flashfusion/copy' }, { branch: 'log' }, { path: 'other.md' }])(
    'does not hold in another log: %o',
    (other) => expect(verdicts(THREE, { ...PLACE, ...other })).toEqual([false, false, false]),
  )

  it('anchors rows from before the first seal, which got their number when the columns were added', () => {
    const earlier = [
      '# Log',
      '',
      `| ${EARLIER_COLUMNS.join(' | ')} |`,
      `|${' --- |'.repeat(EARLIER_COLUMNS.length)}`,
      `| 2026-01-01 08:00 | R1 | approved | manual | a | b | c | d | e | 1:${'ab'.repeat(32)} |`,
      `| 2026-01-02 08:00 | R2 | aborted | manual | a | b | c | d | e | 2:${'ab'.repeat(32)} |`,
      '',
    ].join('\n')
    const file = append(earlier, entry(3))
    expect(verdicts(file)).toEqual([false, false, true])
    expect(readLogRows(file).map(({ number, cells }) => [number, cells.get('seal')?.slice(0, 16)])).toEqual([
      [1, '–'],
      [2, '–'],
      [3, KEY.id],
    ])
    expect(verdicts(file.replace('| R1 |', '| R9 |'))).toEqual([false, false, false])
  })

  it.each(['x', '–:–:–', `${'a'.repeat(16)}:${NO_ROW}:short`])('is not read from “%s”', (cell) =>
    expect(parseSeals(cell)).toBeNull(),
  )
})

const swap = (file: string): string =>
  file.replace(/(.*\| 2:ab.*\n)(.*\| 3:ab.*\n)/, (_, second, third) => third + second)

describe('the key that seals a log', () => {
  const both: SigningKeys = { current: OTHER, earlier: KEY }
  const change = keyChange(KEY, OTHER)

  it('changes with a row that both sign, which names both', () => {
    const pending = append(THREE, entry(4), both)
    expect(newestKey(readLogRows(pending))).toBe(KEY.id)
    expect(isKeyChanged(both, readLogRows(pending))).toBe(true)
    const changed = append(pending, keyChangedEntry(change, aLogEntry().at, entry(5).head), both)
    expect(sealsOf(last(changed))?.map(({ key }) => key)).toEqual([KEY.id, OTHER.id])
    expect(parseKeyChange(last(changed).cells.get('evidence') ?? '')).toEqual(change)
    expect(isKeyChanged(both, readLogRows(changed))).toBe(false)
    const after = append(changed, entry(6), both)
    expect(sealsOf(last(after))?.map(({ key }) => key)).toEqual([OTHER.id])
    expect(verdicts(append(after, entry(7), { current: OTHER, earlier: null }))).toEqual(Array(7).fill(true))
  })

  it('is not replaced without that row, nor left out: nothing is written', () => {
    const other = () => append(THREE, entry(4), { current: OTHER, earlier: null })
    expect(other).toThrow(LogBroken)
    expect(other).toThrow(`is signed by the key ${KEY.id}, and the bot’s key is ${OTHER.id}`)
    const without = () => append(THREE, entry(4), { current: null, earlier: null })
    expect(without).toThrow(/and the bot has no key\. Set ROTATION_SIGNING_KEY again/)
  })

  it('is not named by other evidence', () => {
    expect(parseKeyChange(`${keyChangeText(change)} and more`)).toBeNull()
  })
})
