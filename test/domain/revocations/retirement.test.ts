import { describe, expect, it } from 'vitest'
import { type NextRetirement, nextRetirement, type RetirementInput } from '#domain/revocations/retirement'
import type { Revocation } from '#domain/revocations/revocation'
import type { RevokeMode, Run } from '#domain/rotation/rotation'
import { aRevocation } from '#test/support/revocation-builder'
import { aRun, minutesIn } from '#test/support/rotation-builder'

const SETTINGS = { reversible: true, watchMinutes: 15, watchHours: 4 }
const UNUSED = { state: 'unused', basis: 'telemetry', sentence: 'nobody uses it' } as const
const IN_USE = { state: 'in-use', sentence: 'evaluator uses it' } as const
const REFUSED = { state: 'refused', sentence: 'evaluator was refused' } as const
const UNKNOWN = { state: 'unknown', sentence: 'the telemetry does not answer' } as const

/** Verified 60 minutes after the rotation began. */
const byBot = (parts: Partial<Revocation> = {}): Revocation =>
  aRevocation({ revoker: 'bot', verifiedAt: minutesIn(60), ...parts })

/** Disabled by the bot, and read since. */
const disabled = (parts: Partial<Revocation> = {}): Revocation =>
  byBot({ issuer: 'disabled', issuerAt: minutesIn(100), lastCheckedAt: minutesIn(100), ...parts })

/** A run of the revocation workflow that began at minute 90, ended at 92, and whose result was read. */
const aRevocationRun = (mode: RevokeMode, parts: Partial<Run> = {}): Run =>
  aRun({
    kind: 'revoke',
    requestedBy: 'bot',
    requestedAt: minutesIn(89),
    startedAt: minutesIn(90),
    finishedAt: minutesIn(92),
    target: { mode, versions: [{ secret: byBot().secret, versionId: byBot().versionId }] },
    ...parts,
  })

/** One that ended before the version was read last. */
const readRun = (mode: RevokeMode): Run => aRevocationRun(mode, { runId: 77 })

const next = (row: Revocation, input: Partial<RetirementInput> = {}): string => {
  const found: NextRetirement = nextRetirement(row, {
    runs: row.issuer === 'disabled' ? [readRun('disable')] : [],
    use: null,
    now: minutesIn(101),
    settings: SETTINGS,
    ...input,
  })
  return found.act === 'wait' ? `waits: ${found.stage}` : found.act
}

describe('a live old version', () => {
  it.each<[string, Revocation, Partial<RetirementInput>, string]>([
    [
      'is kept until its environment is verified',
      byBot({ verifiedAt: null }),
      { use: UNUSED },
      'waits: deployment',
    ],
    ['is kept while its use was not read', byBot(), {}, 'waits: use'],
    ['is kept while agents use it', byBot(), { use: IN_USE }, 'waits: use'],
    ['is kept while nobody can tell', byBot(), { use: UNKNOWN }, 'waits: use'],
    ['is kept while agents are refused', byBot(), { use: REFUSED }, 'waits: use'],
    ['is disabled when nobody uses it', byBot(), { use: UNUSED }, 'disable'],
    ['is disabled when that is inferred', byBot(), { use: { ...UNUSED, basis: 'inferred' } }, 'disable'],
    [
      'is left to a person where the issuer cannot disable',
      byBot(),
      { use: UNUSED, settings: { ...SETTINGS, reversible: false } },
      'waits: person',
    ],
    [
      'is left to a person after it was accepted again',
      byBot({ issuer: 'live', issuerAt: minutesIn(95) }),
      { use: UNUSED },
      'waits: person',
    ],
    [
      'goes on when its environment was verified after that',
      byBot({ issuer: 'live', issuerAt: minutesIn(95), verifiedAt: minutesIn(98) }),
      { use: UNUSED },
      'disable',
    ],
  ])('%s', (_, row, input, expected) => {
    expect(next(row, input)).toBe(expected)
  })
})

describe('a disabled old version', () => {
  it.each<[string, Revocation, Partial<RetirementInput>, string]>([
    ['is watched for 15 minutes', disabled(), { use: UNUSED, now: minutesIn(114) }, 'waits: watch'],
    ['is destroyed after them', disabled(), { use: UNUSED, now: minutesIn(115) }, 'destroy'],
    ['is accepted again when agents are refused', disabled(), { use: REFUSED }, 'restore'],
    ['is accepted again also late', disabled(), { use: REFUSED, now: minutesIn(400) }, 'restore'],
    [
      'is watched on while agents are silent',
      disabled(),
      { use: UNKNOWN, now: minutesIn(339) },
      'waits: watch',
    ],
    [
      'is left to a person after four hours',
      disabled(),
      { use: UNKNOWN, now: minutesIn(340) },
      'waits: person',
    ],
    [
      'stays disabled where it leaked, whoever is refused',
      disabled({ leakedIn: 42 }),
      { use: REFUSED },
      'waits: watch',
    ],
    [
      'is destroyed where it leaked, whoever is refused',
      disabled({ leakedIn: 42 }),
      { use: REFUSED, now: minutesIn(115) },
      'destroy',
    ],
  ])('%s', (_, row, input, expected) => {
    expect(next(row, input)).toBe(expected)
  })
})

describe('a destroyed old version', () => {
  const destroyed = byBot({ issuer: 'destroyed', issuerAt: minutesIn(91), lastCheckedAt: minutesIn(93) })
  const lost = aRevocationRun('destroy', { state: 'failed', runId: null, finishedAt: null })

  it('is destroyed once more when its run was lost, because a run is the proof', () => {
    expect(next(destroyed, { runs: [lost] })).toBe('destroy')
    expect(next({ ...destroyed, forcedAt: minutesIn(80) }, { runs: [lost] })).toBe('destroy')
  })

  it('is left to a person when no run of the bot did it, or one does not prove it', () => {
    expect(next(destroyed, { runs: [] })).toBe('waits: person')
    const second = aRevocationRun('destroy', { attempt: 2 })
    expect(next(destroyed, { runs: [lost, second] })).toBe('waits: person')
  })
})

describe('a version that a person revokes now', () => {
  const forced = (parts: Partial<Revocation> = {}) =>
    byBot({ verifiedAt: null, forcedAt: minutesIn(99), forcedBy: 'U0OPERATOR', ...parts })

  it('has the workflow started again after three failures, once the person has decided', () => {
    const failures = [1, 2, 3].map((attempt) => aRevocationRun('disable', { attempt, state: 'failed' }))
    const row = { lastCheckedAt: minutesIn(93) }
    expect(next(byBot(row), { runs: failures, use: UNUSED, now: minutesIn(300) })).toBe('waits: person')
    expect(next(forced(row), { runs: failures, now: minutesIn(300) })).toBe('disable')
    const before = forced({ ...row, forcedAt: minutesIn(80) })
    expect(next(before, { runs: failures, now: minutesIn(300) })).toBe('waits: person')
  })

  it.each<[string, Revocation, Partial<RetirementInput>, string]>([
    ['is disabled although it is used', forced(), { use: IN_USE }, 'disable'],
    [
      'is destroyed where the issuer cannot disable',
      forced(),
      { settings: { ...SETTINGS, reversible: false } },
      'destroy',
    ],
    [
      'is not accepted again when agents are refused',
      forced({ issuer: 'disabled', issuerAt: minutesIn(100), lastCheckedAt: minutesIn(100) }),
      { use: REFUSED },
      'waits: watch',
    ],
    [
      'is destroyed after the watch',
      forced({ issuer: 'disabled', issuerAt: minutesIn(100), lastCheckedAt: minutesIn(100) }),
      { use: UNKNOWN, now: minutesIn(115) },
      'destroy',
    ],
  ])('%s', (_, row, input, expected) => {
    expect(next(row, input)).toBe(expected)
  })
})

describe('the runs of the revocation workflow', () => {
  const read = { lastCheckedAt: minutesIn(93) }

  it.each<[string, Revocation, Run[], number, string]>([
    [
      'nothing else starts while one runs',
      byBot(),
      [aRevocationRun('disable', { state: 'running' })],
      91,
      'waits: disabling',
    ],
    [
      'its result is read first',
      byBot({ lastCheckedAt: minutesIn(91) }),
      [aRevocationRun('disable')],
      93,
      'waits: disabling',
    ],
    [
      'one that failed waits',
      byBot(read),
      [aRevocationRun('disable', { state: 'failed' })],
      101,
      'waits: disabling',
    ],
    [
      'one that failed is tried again after ten minutes',
      byBot(read),
      [aRevocationRun('disable', { state: 'failed' })],
      102,
      'disable',
    ],
    ['one without its tag is tried again', byBot(read), [aRevocationRun('disable')], 102, 'disable'],
    [
      'the third failure is left to a person',
      byBot(read),
      [1, 2, 3].map((attempt) => aRevocationRun('disable', { attempt, state: 'failed' })),
      300,
      'waits: person',
    ],
    [
      'a failed one that did its part is not repeated',
      byBot({ ...read, issuer: 'disabled', issuerAt: minutesIn(91) }),
      [aRevocationRun('disable', { state: 'failed' })],
      110,
      'destroy',
    ],
    [
      'failures of another kind do not count',
      byBot({ lastCheckedAt: minutesIn(93), issuer: 'disabled', issuerAt: minutesIn(70) }),
      [
        aRevocationRun('disable', { attempt: 1, state: 'failed' }),
        aRevocationRun('disable', { attempt: 2 }),
        aRevocationRun('destroy', { attempt: 3, state: 'failed' }),
      ],
      110,
      'destroy',
    ],
  ])('%s', (_, row, runs, minute, expected) => {
    expect(next(row, { runs, use: UNUSED, now: minutesIn(minute) })).toBe(expected)
  })
})

describe('a version that may be disabled, with which agents are refused', () => {
  const read = { lastCheckedAt: minutesIn(93) }

  it.each<[string, Revocation, Run[], string]>([
    ['is accepted again where the run left no tag', byBot(read), [readRun('disable')], 'restore'],
    [
      'is accepted again where the run failed',
      byBot(read),
      [aRevocationRun('disable', { state: 'failed' })],
      'restore',
    ],
    ['is accepted again before the tag can be read', byBot(), [readRun('disable')], 'restore'],
    [
      'is accepted again after the run that should destroy it failed',
      disabled({ issuerAt: minutesIn(80) }),
      [readRun('disable'), aRevocationRun('destroy', { attempt: 2, state: 'failed' })],
      'restore',
    ],
    [
      'is accepted again where the tag alone says disabled',
      byBot({ ...read, issuer: 'disabled', issuerAt: minutesIn(80) }),
      [],
      'restore',
    ],
    [
      'waits ten minutes after a failed attempt',
      disabled({ lastCheckedAt: minutesIn(101) }),
      [
        readRun('disable'),
        aRevocationRun('restore', { attempt: 2, state: 'failed', finishedAt: minutesIn(95) }),
      ],
      'waits: restoring',
    ],
    [
      'is left to a person after three',
      disabled({ lastCheckedAt: minutesIn(101) }),
      [
        readRun('disable'),
        ...[2, 3, 4].map((attempt) => aRevocationRun('restore', { attempt, state: 'failed' })),
      ],
      'waits: person',
    ],
    [
      'is tried again where the first run left no tag',
      byBot({ lastCheckedAt: minutesIn(101) }),
      [
        readRun('disable'),
        aRevocationRun('restore', { attempt: 2, state: 'failed', finishedAt: minutesIn(90) }),
      ],
      'restore',
    ],
    [
      'was never disabled by a run that did not begin',
      byBot(read),
      [aRevocationRun('disable', { state: 'failed', runId: null, finishedAt: null })],
      'waits: use',
    ],
  ])('%s', (_, row, runs, expected) => {
    expect(next(row, { runs, use: REFUSED })).toBe(expected)
  })

  it.each<[string, Revocation, string]>([
    ['is accepted again when it is the current one', disabled({ state: 'in-use' }), 'restore'],
    ['stays so where it leaked', disabled({ state: 'in-use', leakedIn: 42 }), 'waits: deployment'],
    [
      'stays so where a person decided it',
      disabled({ state: 'in-use', forcedAt: minutesIn(90), forcedBy: 'U0OPERATOR' }),
      'waits: deployment',
    ],
    ['is left alone where it is live', byBot({ state: 'in-use' }), 'waits: deployment'],
  ])('%s', (_, row, expected) => {
    expect(next(row, { use: UNUSED, now: minutesIn(200) })).toBe(expected)
  })
})

describe('what the tag alone says', () => {
  const tagged = (issuer: 'disabled' | 'destroyed') => byBot({ issuer, issuerAt: minutesIn(70) })

  it('does not lead to destruction: the bot disables it itself first', () => {
    expect(next(tagged('disabled'), { runs: [], use: UNUSED, now: minutesIn(300) })).toBe('disable')
  })

  it('is enough with a run of the bot that succeeded, whoever did it first', () => {
    const row = { ...tagged('disabled'), lastCheckedAt: minutesIn(93) }
    expect(next(row, { runs: [readRun('disable')], use: UNUSED, now: minutesIn(110) })).toBe('destroy')
  })

  it('leaves a version that others destroyed to a person', () => {
    expect(next(tagged('destroyed'), { runs: [], use: UNUSED })).toBe('waits: person')
  })
})

it('a person’s decision after three failures starts the workflow again', () => {
  const failures = [1, 2, 3].map((attempt) => aRevocationRun('disable', { attempt, state: 'failed' }))
  const row = byBot({ forcedAt: minutesIn(100), forcedBy: 'U0OPERATOR', lastCheckedAt: minutesIn(93) })
  expect(next(row, { runs: failures })).toBe('disable')
})
