import { readFileSync } from 'node:fs'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendEntry, LogBroken, readLogRows } from '#domain/rotation/log-file'
import { keyChange } from '#domain/rotation/log-keys'
import { COLUMNS, keyChangedEntry, type LogEvent } from '#domain/rotation/rotation-log'
import { HOSTILE_TEXTS } from '#test/support/hostile'
import { aLogEntry } from '#test/support/log-entry-builder'
import { aSealedLog, LOG_PLACE, type RowParts } from '#test/support/sealed-log'
import { aSigningKey, publicPem } from '#test/support/signing-keys'
import { canonicalJson, type Decision, decide, LogUnreadable, readRows } from '../../gate/rotation-gate.mjs'

const KEY = aSigningKey()
const OTHER = aSigningKey()
const DAY = 86_400_000
/** When the rows of `aLogEntry` were written. */
const WRITTEN = Date.parse('2026-11-23T09:02:00.000Z')
const NOW = WRITTEN + DAY

const ask = (file: string, more: Partial<Parameters<typeof decide>[1]> = {}): Decision =>
  decide(file, {
    environment: 'production',
    place: LOG_PLACE,
    publicKeys: [publicPem(KEY)],
    now: NOW,
    ...more,
  })

const log = (rows: readonly (RowParts | LogEvent)[]) =>
  aSealedLog(
    KEY,
    rows.map((row) => (typeof row === 'string' ? { event: row } : row)),
  )

const APPROVED = log(['rotated', 'validated', 'approved'])
const until = (ms: number) => `until ${new Date(ms).toISOString()}`

describe('the gate’s one file', () => {
  it('imports Node’s own modules only', () => {
    const source = readFileSync(new URL('../../gate/rotation-gate.mjs', import.meta.url), 'utf8')
    const imported = [...source.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name)
    expect(imported.length).toBeGreaterThan(3)
    // Types of the compiler are in comments.
    expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([])
  })

  it('writes canonical JSON as the library does', () => {
    const value = fc.jsonValue({ maxDepth: 5 }).filter((each) => JSON.stringify(each).isWellFormed())
    fc.assert(
      fc.property(value, (each) => canonicalJson(each) === canonicalize(each)),
      { numRuns: 500 },
    )
  })

  const SAMPLE = Object.values(HOSTILE_TEXTS)
    .map((text) => text.slice(0, 200))
    .reduce<string>((file, text) => appendEntry(file, aLogEntry({ owner: text, evidence: text })), '')

  /** The rows' texts, or that they cannot be read. */
  const domainRows = (file: string) => {
    try {
      return readLogRows(file).map(({ cells }) => COLUMNS.map((name) => cells.get(name.toLowerCase()) ?? ''))
    } catch (error) {
      if (error instanceof LogBroken) return 'unreadable'
      throw error
    }
  }
  const gateRows = (file: string) => {
    try {
      return readRows(file).map(({ text }) => COLUMNS.map((name) => text[name.toLowerCase()] ?? ''))
    } catch (error) {
      if (error instanceof LogUnreadable) return 'unreadable'
      throw error
    }
  }

  it('reads each log as the bot does, however it was edited', () => {
    expect(gateRows(SAMPLE)).toEqual(domainRows(SAMPLE))
    const piece = fc.oneof(
      fc.constantFrom(
        '|',
        '\\',
        '`',
        '```\n',
        '<!--',
        '-->',
        '\n',
        '\r\n',
        '\uFEFF',
        '&#124;',
        '| --- |',
        '\t',
      ),
      fc.string({ maxLength: 3 }),
      fc.constantFrom(...SAMPLE.split('\n')),
    )
    const edit = fc.record({ at: fc.nat(SAMPLE.length), drop: fc.nat(40), piece })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 4 }), (edits) => {
        const file = edits.reduce(
          (text, { at, drop, piece }) => text.slice(0, at) + piece + text.slice(at + drop),
          SAMPLE,
        )
        expect(gateRows(file)).toEqual(domainRows(file))
      }),
      { numRuns: 500 },
    )
  })
})

describe('the gate is open', () => {
  it.each<[string, string, RegExp]>([
    [
      'after both approved',
      APPROVED,
      /^Both roles approved the newest rotation of each token of production\.$/,
    ],
    ['while the approved rotation goes on', log(['rotated', 'approved', 'promoted', 'completed']), /^Both/],
    [
      'when a later rotation was aborted before it rotated',
      log(['rotated', 'approved', { event: 'aborted', rotation: 'R43' }]),
      /^Both/,
    ],
    [
      'when an incident of another environment is open',
      log([
        'rotated',
        'approved',
        {
          event: 'incident-opened',
          rotation: 'R43',
          environments: ['staging'],
          tokens: ['evaluator/staging'],
        },
      ]),
      /^Both/,
    ],
    ['when an incident was approved', log(['incident-opened', 'rotated', 'approved']), /^Both/],
    [
      'when a later rotation approved what an aborted one had rotated',
      log([
        'rotated',
        'aborted',
        { event: 'rotated', rotation: 'R43' },
        { event: 'approved', rotation: 'R43' },
      ]),
      /^Both/,
    ],
    ...(['break-glass', 'rolled-back', 'waived'] as const).map((event): [string, string, RegExp] => [
      `after ${event}, until the time that it states`,
      log([
        'incident-opened',
        'rotated',
        { event, evidence: `${until(NOW + 1)} DRILL` },
        { event: 'promoted' },
      ]),
      new RegExp(`^Row 3 \\(“${event}” of R42\\) opens it until 2026-11-24`),
    ]),
    [
      'with rows from before the first seal',
      aSealedLog(
        KEY,
        [
          { event: 'rotated', rotation: 'R43' },
          { event: 'approved', rotation: 'R43' },
        ],
        aSealedLog(null, [{ event: 'rotated' }, { event: 'aborted' }]),
      ),
      /^Both/,
    ],
  ])('%s', (_, file, expected) => {
    expect(ask(file)).toEqual({
      environment: 'production',
      state: 'open',
      reasons: [expect.stringMatching(expected)],
      warnings: [],
    })
  })

  it('with a warning while an approval is older than allowed, and within the grace', () => {
    const { state, warnings } = ask(APPROVED, { now: WRITTEN + 31 * DAY })
    expect(state).toBe('open')
    expect(warnings).toEqual([
      'The approval of R42 for orchestrator/production is 31 days old; the gate closes after 33.',
    ])
  })

  it('after the key was changed, with either key', () => {
    const change = keyChangedEntry(keyChange(KEY, OTHER), aLogEntry().at, {
      count: 40,
      hash: 'ab'.repeat(32),
    })
    const file = aSealedLog(KEY, [
      { event: 'rotated' },
      { event: 'approved' },
      { ...change, keys: [OTHER, KEY] },
      { event: 'rotated', rotation: 'R43', keys: [OTHER], head: { count: 50, hash: 'ab'.repeat(32) } },
      { event: 'approved', rotation: 'R43', keys: [OTHER], head: { count: 60, hash: 'ab'.repeat(32) } },
    ])
    for (const key of [KEY, OTHER]) expect(ask(file, { publicKeys: [publicPem(key)] }).state).toBe('open')
    const forged = file.replace(keyChange(KEY, OTHER).toKey.replaceAll('_', '\\_'), 'A'.repeat(43))
    expect(forged).not.toBe(file)
    expect(ask(forged).state).toBe('closed')
  })
})

const SECOND_ROW = /.*\| 2 \|.*\n/

describe('the gate is closed', () => {
  it.each<[string, string, RegExp, Partial<Parameters<typeof decide>[1]>?]>([
    [
      'when a token was rotated and is not approved',
      log(['rotated', 'validated']),
      /^R42 rotated orchestrator\/production and is not approved \(newest row: “validated”\)\.$/,
    ],
    [
      'also where an earlier rotation was approved',
      log(['rotated', 'approved', { event: 'rotated', rotation: 'R43' }]),
      /^R43 rotated/,
    ],
    ['when the approval was withdrawn', log(['rotated', 'approved', 'withdrawn']), /newest row: “withdrawn”/],
    ['when it was rejected', log(['rotated', 'rejected']), /newest row: “rejected”/],
    [
      'when a rotation was aborted after it had rotated',
      log(['rotated', 'aborted']),
      /newest row: “aborted”/,
    ],
    [
      'when an incident is open',
      log(['rotated', 'approved', { event: 'incident-opened', rotation: 'R43' }]),
      /^The incident R43 is open: its tokens are not approved yet\.$/,
    ],
    [
      'when a rotation was raised to an incident after its approval',
      log(['rotated', 'approved', 'incident-opened']),
      /^The incident R42 is open/,
    ],
    [
      'when the approval is too old',
      APPROVED,
      /^The approval of R42 for orchestrator\/production is 34 days old; 30 are allowed, and 3 of grace\.$/,
      { now: WRITTEN + 34 * DAY },
    ],
    [
      'when the approval has no date',
      log(['rotated', { event: 'approved', at: 'yesterday' }]),
      /\(row 2\) has no date\.$/,
    ],
    [
      'when the approval is from before the first seal',
      aSealedLog(
        KEY,
        [{ event: 'promoted' }],
        aSealedLog(null, [{ event: 'rotated' }, { event: 'approved' }]),
      ),
      /^The approval of R42 for orchestrator\/production \(row 2\) is not sealed by a given key\.$/,
    ],
    [
      'when the approval is sealed by another key',
      aSealedLog(OTHER, [{ event: 'rotated' }, { event: 'approved' }]),
      /^The approval of R42 .* is not sealed by a given key\.$/,
    ],
    [
      'when a row was changed',
      APPROVED.replace('validated', 'promoted'),
      /^Row 2 \(“promoted” of R42\) does not match its seal/,
    ],
    [
      'when an approval was forged',
      log(['rotated', 'rejected']).replace('rejected', 'approved'),
      /^Row 2 \(“approved” of R42\) does not match its seal/,
    ],
    [
      'when a row was taken out',
      APPROVED.replace(SECOND_ROW, ''),
      /^Row 2 \(“approved” of R42\) has the number 3: a row is missing, or out of order\.$/,
    ],
    [
      'when a row was taken out and the others numbered again',
      APPROVED.replace(SECOND_ROW, '').replace('| 3 |', '| 2 |'),
      /^Row 2 .* was sealed onto other rows: a row above it was changed, removed, moved or added\.$/,
    ],
    [
      'when rows changed places',
      APPROVED.replace(/(.*\| 1 \|.*\n)(.*\| 2 \|.*\n)/, '$2$1'),
      /^Row 1 .* has the number 2/,
    ],
    ['when a row is there twice', APPROVED.replace(/(.*\| 2 \|.*\n)/, '$1$1'), /^Row 3 .* has the number 2/],
    [
      'when a row was added by hand',
      appendEntry(log(['rotated']), aLogEntry({ event: 'approved' })),
      /^Row 2 \(“approved” of R42\) has no seal, and rows above it have: it was added by hand\.$/,
    ],
    [
      'when a seal cannot be read',
      APPROVED.replace(new RegExp(`${KEY.id}:`), 'key:'),
      /^Row 1 .* has a seal that cannot be read\.$/,
    ],
    [
      'when the log was copied from another place',
      APPROVED,
      /^Row 1 .* copied from the log of another repository, branch or path\.$/,
      { place: { ...LOG_PLACE, branch: 'release' } },
    ],
    ...(['break-glass', 'rolled-back', 'waived'] as const).flatMap((event): [string, string, RegExp][] => [
      [
        `after ${event}, from the time that it states`,
        log(['rotated', { event, evidence: until(NOW - 1) }]),
        /^R42 rotated/,
      ],
      [`after ${event} that states no time`, log(['rotated', { event, evidence: 'why' }]), /^R42 rotated/],
      [
        `after ${event} with a time in what a person typed`,
        log(['rotated', { event, evidence: `please, ${until(NOW + DAY)}` }]),
        /^R42 rotated/,
      ],
      [
        `after ${event}, by what happened later`,
        log([
          'rotated',
          { event, evidence: until(NOW + DAY) },
          { event: 'incident-opened', rotation: 'R43' },
        ]),
        /^The incident R43 is open/,
      ],
    ]),
    [
      'after a forged waiver',
      appendEntry(log(['rotated']), aLogEntry({ event: 'waived', evidence: until(NOW + DAY) })),
      /^Row 2 \(“waived” of R42\) has no seal/,
    ],
  ])('%s', (_, file, expected, more) => {
    const { state, reasons } = ask(file, more)
    expect(reasons[0]).toMatch(expected)
    expect(state).toBe('closed')
  })
})

describe('the gate cannot tell', () => {
  const other = aSealedLog(OTHER, [{ event: 'promoted', rotation: 'R9' }], '')
  it.each<[string, string, RegExp, Partial<Parameters<typeof decide>[1]>?]>([
    ['without a key', APPROVED, /^No public key is given/, { publicKeys: [] }],
    [
      'with something else for a key',
      APPROVED,
      /: a given public key is not an Ed25519 public key in PEM\.$/,
      { publicKeys: ['ssh-ed25519 AAAA'] },
    ],
    [
      'without a sealed row',
      aSealedLog(null, [{ event: 'rotated' }, { event: 'approved' }]),
      /^No row of the log is sealed/,
    ],
    ['from an empty log', '# Log\n', /^No row of the log is sealed/],
    [
      'about an environment without an approval',
      APPROVED,
      /^The log has no approval of a token of prodution: the name is misspelt/,
      { environment: 'prodution' },
    ],
    [
      'when another bot writes the log',
      `${APPROVED}${other.trimEnd().split('\n').at(-1)?.replace('| 1 |', '| 4 |')}\n`,
      /^Row 4 \(“promoted” of R9\) is sealed by the key [0-9a-f]{16}, which is not given: another bot writes this log, or/,
    ],
    [
      'when another database writes the log',
      log(['rotated', 'approved', { event: 'promoted', head: { count: 3, hash: 'ab'.repeat(32) } }]),
      /^Row 3 .* belongs to event 3 of a history, and a row above it to event 11: another database/,
    ],
    [
      'when the table was broken',
      APPROVED.replace('| event |', '| what |'),
      /: the log’s table has no column “event”\.$/,
    ],
    ['when there are two tables', APPROVED + APPROVED, /: the log has two tables\.$/],
    [
      'when a row left the table',
      APPROVED.replace(/(.*\| 3 \|.*\n)/, '\n$1'),
      /: a row of the log is not in its table\.$/,
    ],
  ])('%s', (_, file, expected, more) => {
    const { state, reasons } = ask(file, more)
    expect(reasons).toEqual([expect.stringMatching(expected)])
    expect(state).toBe('unknown')
  })

  it('only until a restored database was declared', () => {
    const file = log([
      'rotated',
      'approved',
      {
        event: 'restored',
        rotation: '',
        environments: [],
        tokens: [],
        head: { count: 3, hash: 'ab'.repeat(32) },
      },
    ])
    expect(ask(file).state).toBe('open')
  })
})
