import { describe, expect, it } from 'vitest'
import { type EscalationInput, occurrencesOf } from '#domain/on-call/escalation'
import { endOf } from '#domain/on-call/escalation-end'
import type { KnownCall } from '#domain/on-call/known-calls'
import type { Revocation } from '#domain/revocations/revocation'
import type { Instant } from '#domain/rotation/rotation'
import { aRevocation } from '#test/support/revocation-builder'
import { aRotation, minutesIn, type RotationParts } from '#test/support/rotation-builder'

const HOUR = 60

/** The old version was replaced at this minute, so its deadline is a day later. */
const DEADLINE = 30 + 24 * HOUR
const deadline = minutesIn(DEADLINE)

const bot = (parts: Partial<Revocation> = {}) =>
  aRevocation({ revoker: 'bot', environment: 'production', stage: 'deployment', ...parts })
const workflow = (parts: Partial<Revocation> = {}) => aRevocation({ environment: 'production', ...parts })

const promoting = (parts: RotationParts = {}) => aRotation({ status: 'promoting', done: 5, ...parts })

const input = (parts: Partial<EscalationInput> = {}): EscalationInput => ({
  rotation: promoting(),
  streaks: [],
  overdue: [],
  revocations: [bot()],
  known: [],
  now: minutesIn(DEADLINE - 2 * HOUR),
  limits: { checkFailures: 3, checkMinutes: 20, signOffHours: 24 },
  ...parts,
})

const found = (parts: Partial<EscalationInput> = {}) =>
  occurrencesOf(input(parts)).map(({ cause, occurrence }) => `${cause} ${occurrence}`)

const call = (cause: KnownCall['cause'], occurrence: string, parts: Partial<KnownCall> = {}): KnownCall => ({
  cause,
  occurrence,
  notifies: true,
  openedAt: minutesIn(DEADLINE - 2 * HOUR),
  acknowledgedAt: null,
  resolvedAt: null,
  ...parts,
})

describe('a deployment that is missing', () => {
  const needed: [string, Partial<EscalationInput>][] = [
    ['which the bot retires', { revocations: [bot()] }],
    ['which the issuer revokes by its own date', { revocations: [workflow()] }],
    ['whose use nobody knows', { revocations: [bot({ verifiedAt: minutesIn(100), stage: 'use' })] }],
    ['to be verified again', { revocations: [bot({ verifiedAt: minutesIn(100) })] }],
    ['after an abort', { rotation: aRotation({ status: 'aborted', done: 3 }) }],
    [
      'after an abort, by the issuer',
      { rotation: aRotation({ status: 'aborted' }), revocations: [workflow()] },
    ],
    ['before the last steps', { rotation: aRotation({ done: 3 }) }],
    ['after the steps and signatures', { rotation: aRotation({ status: 'retiring', done: 5 }) }],
  ]

  it.each(needed)('is P1 two hours before the deadline of a version %s', (_, parts) => {
    const expected = [`deployment-missing ${deadline}`]
    expect(found({ ...parts, now: minutesIn(DEADLINE - 2 * HOUR - 1) })).toEqual([])
    expect(found({ ...parts, now: minutesIn(DEADLINE - 2 * HOUR) })).toEqual(expected)
    expect(found({ ...parts, now: minutesIn(DEADLINE - 1) })).toEqual(expected)
    expect(found({ ...parts, now: deadline })).toEqual([])
    expect(occurrencesOf(input(parts))).toMatchObject([{ severity: 'P1' }])
  })

  const over: [string, Partial<Revocation>][] = [
    ['is unused, being disabled', { verifiedAt: minutesIn(100), stage: 'disabling' }],
    ['is disabled', { issuer: 'disabled', issuerAt: minutesIn(110) }],
    ['is destroyed', { issuer: 'destroyed', issuerAt: minutesIn(110) }],
    ['is in use again', { state: 'in-use' }],
    ['is proven revoked', { state: 'proven' }],
    ['was recorded as revoked', { state: 'recorded' }],
    ['is to be revoked whoever uses it', { forcedAt: minutesIn(110), forcedBy: 'U0ONCALL' }],
    [
      'was verified, and is revoked by its issuer',
      { revoker: 'workflow', stage: null, verifiedAt: minutesIn(9) },
    ],
  ]

  it.each(over)('is not called for when the version %s', (_, parts) => {
    expect(found({ revocations: [bot(parts)] })).toEqual([])
  })

  it('says who is refused when, or that nobody is', () => {
    const reasonOf = (revocations: Revocation[]) => occurrencesOf(input({ revocations }))[0]?.reason
    expect(reasonOf([workflow()])).toMatch(
      /^production must run on the new tokens before \S+ \S+ UTC\..* AGENTS WILL BE REFUSED from \S+ \S+ UTC: their issuer then revokes 1 old version that they use\./,
    )
    expect(reasonOf([bot()])).not.toContain('REFUSED')
    expect(reasonOf([bot()])).toContain('on-call must decide whether 1 old version that agents use lives on')
    const both = [bot({ id: 1 }), workflow({ id: 2, environment: 'staging' })]
    expect(reasonOf(both)).toMatch(
      /^production, staging must run on .* revokes 1 old version that they use\./,
    )
    const aborted = occurrencesOf(input({ rotation: aRotation({ status: 'aborted' }) }))
    expect(aborted[0]?.reason).toContain('The rotation was aborted, so nobody deploys for it any more.')
  })

  it('is called for again before a deadline that a person extended, and not between', () => {
    const first = call('deployment-missing', deadline, { acknowledgedAt: minutesIn(DEADLINE - 60) })
    const extended = { revocations: [bot({ extendedUntil: minutesIn(DEADLINE + 48 * HOUR) })] }
    expect(found({ ...extended, known: [first] })).toEqual([])
    const known = [{ ...first, resolvedAt: minutesIn(DEADLINE - 50) }]
    const later = (minutes: number) => found({ ...extended, known, now: minutesIn(minutes) })
    expect(later(DEADLINE + 46 * HOUR - 1)).toEqual([])
    expect(later(DEADLINE + 46 * HOUR)).toEqual([`deployment-missing ${minutesIn(DEADLINE + 48 * HOUR)}`])
  })

  it('is one call for versions that were replaced one after the other, also when the first is resolved', () => {
    const rows = [0, 14].map((minutes, id) => bot({ id, dueAt: minutesIn(DEADLINE + minutes) }))
    const now = minutesIn(DEADLINE - 60)
    expect(found({ revocations: rows, now })).toEqual([`deployment-missing ${deadline}`])
    const resolved = rows.map((row, index) => (index === 0 ? { ...row, state: 'recorded' as const } : row))
    expect(found({ revocations: resolved, now })).toEqual([`deployment-missing ${deadline}`])
  })

  it('is called for again when it is missing again, such as after a withdrawn approval', () => {
    const known = [call('deployment-missing', deadline, { resolvedAt: minutesIn(DEADLINE - 70) })]
    expect(found({ known, now: minutesIn(DEADLINE - 60) })).toEqual([
      `deployment-missing ${deadline}:again:1`,
    ])
  })

  it('stays open after the deadline until the version is reported as overdue', () => {
    const known = [call('deployment-missing', deadline)]
    const now = minutesIn(DEADLINE + 30)
    expect(found({ known, now })).toEqual([`deployment-missing ${deadline}`])
    const reported = { revocations: [bot({ escalatedAt: now })], overdue: [{ version: '1', sentence: '' }] }
    expect(found({ ...reported, known, now })).toEqual(['revocation-overdue 1'])
  })

  it('is called for at once where a leaked version may live for 4 h only', () => {
    const leaked = bot({ leakedIn: 42, dueAt: minutesIn(30 + 4 * HOUR) })
    expect(found({ revocations: [leaked], now: minutesIn(30 + 2 * HOUR - 1) })).toEqual([])
    expect(found({ revocations: [leaked], now: minutesIn(30 + 2 * HOUR) })).toHaveLength(1)
  })
})

describe('a signature that is missing', () => {
  const signing = (parts: RotationParts = {}) => aRotation({ done: 5, ...parts })
  const name = `sign-off-waiting round:1:before:${deadline}`

  it.each([
    ['the bot retires', bot()],
    ['the issuer revokes', workflow()],
  ])('is P1 two hours before the deadline of a version that %s, in place of the deployment', (_, row) => {
    const given = { rotation: signing(), revocations: [row] }
    expect(found({ ...given, now: minutesIn(DEADLINE - 2 * HOUR - 1) })).toEqual([])
    expect(found(given)).toEqual([name])
    expect(occurrencesOf(input(given))[0]?.reason).toContain(
      'The signature of the DevOps lead and of the AI Ops owner is missing, and without it nothing more is deployed.',
    )
  })

  it('is P1 after the hours of the config where these end earlier, and once more before the deadline', () => {
    const limits = { checkFailures: 3, checkMinutes: 20, signOffHours: 4 }
    const given = { rotation: signing(), limits }
    expect(found({ ...given, now: minutesIn(50 + 4 * HOUR) })).toEqual(['sign-off-waiting round:1'])
    const known = [call('sign-off-waiting', 'round:1', { acknowledgedAt: minutesIn(50 + 5 * HOUR) })]
    expect(found({ ...given, known, now: minutesIn(DEADLINE - 2 * HOUR - 1) })).toEqual([
      'sign-off-waiting round:1',
    ])
    expect(found({ ...given, known })).toEqual([name])
  })

  it('does not hurry because of versions that agents no longer need', () => {
    const revocations = [workflow({ environment: 'staging', verifiedAt: minutesIn(40) })]
    expect(found({ rotation: signing(), revocations })).toEqual([])
  })

  it('is followed by the call for the deployment when both have signed', () => {
    const known = [call('sign-off-waiting', name.slice(17), { acknowledgedAt: minutesIn(DEADLINE - 80) })]
    expect(found({ known, now: minutesIn(DEADLINE - 60) })).toEqual([`deployment-missing ${deadline}`])
  })
})

describe('a decision that is missing', () => {
  const person = (parts: Partial<Revocation> = {}) =>
    bot({ verifiedAt: minutesIn(100), stage: 'person', stageNote: 'agents were refused', ...parts })

  it.each([
    ['open', promoting()],
    ['aborted', aRotation({ status: 'aborted' })],
  ])('is P1 six hours before the deadline, and no earlier, in a rotation that is %s', (_, rotation) => {
    const given = { rotation, revocations: [person()] }
    expect(found({ ...given, now: minutesIn(DEADLINE - 6 * HOUR - 1) })).toEqual([])
    expect(found({ ...given, now: minutesIn(DEADLINE - 6 * HOUR) })).toEqual([`decision-missing ${deadline}`])
  })

  it('says what somebody must decide about', () => {
    const [first] = occurrencesOf(input({ revocations: [person()] }))
    expect(first?.reason).toMatch(/^Somebody must decide about 1 old version before .* agents were refused$/)
  })

  it('is wanted also of a disabled version, and of one that was to be revoked now but could not be', () => {
    const disabled = person({ issuer: 'disabled', issuerAt: minutesIn(110) })
    const forced = person({ forcedAt: minutesIn(110), forcedBy: 'U0ONCALL' })
    expect(found({ revocations: [disabled, forced] })).toEqual([`decision-missing ${deadline}`])
  })
})

describe('an overdue version', () => {
  const overdue = [{ version: '7', sentence: 'evaluator/staging is still alive' }]
  const since = minutesIn(DEADLINE + 1)
  const open = call('revocation-overdue', '7', { openedAt: since })
  const at = (minutes: number, known: KnownCall[], parts: Partial<EscalationInput> = {}) =>
    found({ revocations: [bot({ escalatedAt: since })], overdue, known, now: minutesIn(minutes), ...parts })

  it('is paged again every 30 minutes while nobody acknowledges', () => {
    expect(at(DEADLINE + 1, [])).toEqual(['revocation-overdue 7'])
    expect(at(DEADLINE + 30, [open])).toEqual(['revocation-overdue 7'])
    expect(at(DEADLINE + 31, [open])).toEqual(['revocation-overdue 7:again:1'])
    const again = call('revocation-overdue', '7:again:1', { openedAt: minutesIn(DEADLINE + 31) })
    const known = [{ ...open, resolvedAt: minutesIn(DEADLINE + 31) }, again]
    expect(at(DEADLINE + 60, known)).toEqual(['revocation-overdue 7:again:1'])
    expect(at(DEADLINE + 61, known)).toEqual(['revocation-overdue 7:again:2'])
  })

  it('is not paged again once acknowledged, in a drill that notifies nobody, or by a clock that was set back', () => {
    const acknowledged = { ...open, acknowledgedAt: minutesIn(DEADLINE + 20) }
    expect(at(DEADLINE + 48 * HOUR, [acknowledged])).toEqual(['revocation-overdue 7'])
    const drill = { rotation: promoting({ notifies: false }) }
    expect(at(DEADLINE + 48 * HOUR, [{ ...open, notifies: false }], drill)).toEqual(['revocation-overdue 7'])
    expect(at(DEADLINE - 10 * HOUR, [open])).toEqual(['revocation-overdue 7'])
  })

  it('is called for again when it outlives the deadline that a person extended', () => {
    const known = [{ ...open, acknowledgedAt: since, resolvedAt: minutesIn(DEADLINE + 5) }]
    expect(at(DEADLINE + 48 * HOUR, known)).toEqual(['revocation-overdue 7:again:1'])
  })
})

describe('how a call ends', () => {
  const end = (
    cause: KnownCall['cause'],
    revocations: Revocation[],
    foundNow: { cause: KnownCall['cause'] }[] = [],
    rotation = promoting(),
  ) => endOf({ cause }, { rotation, revocations }, foundNow)
  const escalatedAt: Instant = deadline

  it.each([
    [end('revocation-overdue', [bot({ escalatedAt })], [{ cause: 'revocation-overdue' }]), 'paged again'],
    [end('sign-off-waiting', [bot()], [{ cause: 'sign-off-waiting' }]), 'called again, because'],
    [end('deployment-missing', [bot({ escalatedAt })]), 'on-call is called to decide'],
    [end('deployment-missing', [workflow({ state: 'proven' })]), 'agents that still use them are refused'],
    [end('deployment-missing', [bot({ extendedUntil: deadline })]), 'somebody extended the deadline'],
    [end('revocation-overdue', [bot({ extendedUntil: deadline })]), 'somebody extended the deadline'],
    [end('deployment-missing', [bot({ verifiedAt: deadline, stage: 'disabling' })]), 'the problem is fixed'],
    [end('revocation-overdue', [bot({ state: 'proven' })]), 'the problem is fixed'],
    [end('run-failed', [], [], aRotation({ status: 'aborted' })), 'the rotation was aborted'],
  ])('%s', (words, expected) => {
    expect(words).toContain(expected)
  })
})
