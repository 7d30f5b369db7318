import { describe, expect, it } from 'vitest'
import {
  deadlineOf,
  isDueForRecheck,
  isOverdue,
  overdueReason,
  type Revocation,
  recheckRevocation,
  recordedAt,
  updatePromise,
} from '#domain/revocations/revocation'
import {
  aSecret,
  FRESH,
  freshVersion,
  OLD,
  oldVersion,
  read,
  type SecretParts,
  unread,
} from '#test/support/check-input'
import { aRevocation } from '#test/support/revocation-builder'
import { minutesIn } from '#test/support/rotation-builder'

const HOUR = 60
// The new version is current from minute 30 on.
const DUE = 30 + 24 * HOUR
const noTags = { 'previous-revoke-by': undefined }

const secretWith = (state: 'live' | 'withdrawn' | 'destroyed', parts: SecretParts = {}) =>
  read(aSecret({ versions: [freshVersion(), oldVersion({ state })], tags: noTags, ...parts }))

const promised = (minutes: number): Partial<Revocation> => ({ promisedBy: minutesIn(minutes) })

describe('a decision to revoke now', () => {
  it.each([
    ['does not outlive that the version is put into use again', null, null],
    ['outlives it where the version leaked', 42, 'U0OPERATOR'],
  ])('%s', (_, leakedIn, forcedBy) => {
    const forced = { forcedBy: 'U0OPERATOR', forcedAt: minutesIn(40) }
    const used = aRevocation({ revoker: 'bot', state: 'in-use', leakedIn, ...forced })
    const { row } = recheckRevocation(used, secretWith('live'), minutesIn(60))
    expect(row).toMatchObject({ state: 'waiting', forcedBy })
  })
})

describe('what a reading says of an old version', () => {
  it.each<[string, Partial<Revocation>, 'live' | 'withdrawn' | 'destroyed', number, string]>([
    ['it is destroyed, long before its deadline', {}, 'destroyed', 60, 'shows it as destroyed'],
    ['the issuer’s date has passed and no label leads to it', promised(DUE), 'withdrawn', DUE, 'has passed'],
    ['the issuer’s date was late, but has passed', promised(DUE + 999), 'withdrawn', DUE + 999, 'has passed'],
    ['it was escalated before', { escalatedAt: minutesIn(DUE + 1) }, 'destroyed', DUE + 500, 'destroyed'],
  ])('is proof when %s', (_, parts, state, minute, words) => {
    const { row, notice } = recheckRevocation(aRevocation(parts), secretWith(state), minutesIn(minute))
    expect(notice).toBe('proven')
    expect(row).toMatchObject({ state: 'proven', resolvedBy: 'bot', resolvedAt: minutesIn(minute) })
    expect(row.proof).toContain(words)
  })

  it.each<[string, Partial<Revocation>, 'live' | 'withdrawn', number]>([
    ['only the label was removed', {}, 'withdrawn', DUE],
    ['the issuer’s date is still to come', promised(DUE), 'withdrawn', DUE - 1],
    ['it lives on past the issuer’s date', promised(DUE - 60), 'live', DUE],
  ])('is no proof, and no notice before the deadline, when %s', (_, parts, state, minute) => {
    const { row, notice } = recheckRevocation(aRevocation(parts), secretWith(state), minutesIn(minute))
    expect(notice).toBeNull()
    expect(row).toMatchObject({ state: 'waiting', resolvedAt: null, escalatedAt: null })
  })

  it.each<[string, Partial<Revocation>, 'live' | 'withdrawn', string]>([
    ['it lives past the issuer’s date', promised(DUE), 'live', 'but is still live'],
    ['it lives and has no revocation date', {}, 'live', 'no revocation date was ever seen'],
    ['it only lost its label', {}, 'withdrawn', 'its revocation is not proven'],
    ['its date is days ahead', promised(DUE + 4_000), 'withdrawn', 'will be revoked by'],
  ])('is escalated once, a minute past the deadline, when %s', (_, parts, state, words) => {
    const reading = secretWith(state)
    expect(recheckRevocation(aRevocation(parts), reading, minutesIn(DUE)).notice).toBeNull()
    const { row, notice } = recheckRevocation(aRevocation(parts), reading, minutesIn(DUE + 1))
    expect([notice, row.state, row.escalatedAt]).toEqual(['overdue', 'waiting', minutesIn(DUE + 1)])
    expect(overdueReason(row, reading, minutesIn(DUE + 1))).toContain(words)
    expect(recheckRevocation(row, reading, minutesIn(DUE + 9_999)).notice).not.toBe('overdue')
  })

  it('is escalated only an hour later when it cannot be read, and says so', () => {
    const reading = unread('s')
    const quiet = recheckRevocation(aRevocation(), reading, minutesIn(DUE + 59))
    expect(quiet).toMatchObject({ notice: null, row: { problem: expect.stringContaining('access denied') } })
    const { row, notice } = recheckRevocation(quiet.row, reading, minutesIn(DUE + 60))
    expect(notice).toBe('overdue')
    expect(overdueReason(row, reading, minutesIn(DUE + 60))).toContain('could not be read: s: access denied')
    expect(recheckRevocation(row, secretWith('destroyed'), minutesIn(DUE + 61))).toMatchObject({
      notice: 'proven',
      row: { problem: null },
    })
  })

  it('never proves a version that vanished from the metadata, unless the issuer’s date has passed', () => {
    const missing = read(aSecret({ versions: [freshVersion()], tags: noTags }))
    expect(recheckRevocation(aRevocation(), missing, minutesIn(DUE + 1)).notice).toBe('overdue')
    expect(recheckRevocation(aRevocation(promised(DUE)), missing, minutesIn(DUE + 1)).notice).toBe('proven')
  })

  it('ignores a version that is in use again, and starts again when it is replaced again', () => {
    const back = read(
      aSecret({ versions: [freshVersion({ current: false }), oldVersion({ current: true })] }),
    )
    const used = recheckRevocation(aRevocation({ escalatedAt: minutesIn(1) }), back, minutesIn(DUE + 99))
    expect(used).toMatchObject({ notice: null, row: { state: 'in-use' } })
    const { row, notice } = recheckRevocation(used.row, secretWith('live'), minutesIn(DUE + 200))
    expect(notice).toBeNull()
    expect(row).toMatchObject({
      state: 'waiting',
      dueAt: minutesIn(DUE + 200 + 24 * HOUR),
      escalatedAt: null,
    })
  })

  it('takes the issuer’s date only while the tags speak for its direct successor', () => {
    const by = { 'previous-revoke-by': minutesIn(DUE) }
    const seen = updatePromise(aRevocation(), aSecret({ tags: by }), minutesIn(40))
    expect(seen).toMatchObject({ promisedBy: minutesIn(DUE), promiseSeenAt: minutesIn(40) })
    const other = aSecret({ tags: { ...by, version: 'another' } })
    expect(updatePromise(aRevocation(), other, minutesIn(40))).toMatchObject({ promisedBy: null })
    const further = aRevocation({ replacedBy: 'not-the-current-one' })
    expect(updatePromise(further, aSecret({ tags: by }), minutesIn(40))).toMatchObject({ promisedBy: null })
    expect(
      updatePromise(aRevocation(), aSecret({ tags: { 'previous-revoke-by': 'soon' } }), minutesIn(40)),
    ).toEqual(aRevocation())
  })
})

describe('a date that is not for this version', () => {
  it('is one that an earlier rotation left on the secret', () => {
    const left = read(
      aSecret({
        tags: { 'previous-revoke-by': minutesIn(-12 * 24 * HOUR) },
        versions: [freshVersion(), oldVersion({ state: 'withdrawn' })],
      }),
    )
    const { row, notice } = recheckRevocation(aRevocation(), left, minutesIn(DUE + 1))
    expect(notice).toBe('overdue')
    expect(row).toMatchObject({ state: 'waiting', promisedBy: null })
  })

  it('is not one that an issuer set who revokes at once, by a clock that is behind', () => {
    const atOnce = aSecret({ tags: { 'previous-revoke-by': minutesIn(29) } })
    expect(updatePromise(aRevocation(), atOnce, minutesIn(40))).toMatchObject({ promisedBy: minutesIn(29) })
  })

  it('is that of the version before, when a newer one was taken back', () => {
    const back = aRevocation({ versionId: 'taken-back', replacedBy: FRESH, replacedAt: minutesIn(60) })
    const versions = [
      oldVersion({ id: 'taken-back', createdAt: minutesIn(50), state: 'withdrawn' }),
      freshVersion(),
      oldVersion(),
    ]
    const secret = aSecret({ versions, tags: { 'previous-revoke-by': minutesIn(DUE) } })
    expect(updatePromise(back, secret, minutesIn(61))).toEqual(back)
  })
})

describe('the deadline', () => {
  it.each([
    ['24 h after it was replaced, without a date', undefined, DUE],
    ['the same with an earlier date', DUE - 600, DUE],
    ['the issuer’s date, where it lies a moment later', DUE + 15, DUE + 15],
    ['24 h again, where it lies later than that', DUE + 16, DUE],
  ])('is %s', (_, date, minute) => {
    const row = aRevocation({ promisedBy: date === undefined ? null : minutesIn(date) })
    expect(deadlineOf(row)).toBe(minutesIn(minute))
    expect(isOverdue(row, minutesIn(minute))).toBe(false)
    expect(isOverdue(row, minutesIn(minute + 1))).toBe(true)
  })

  it('ends for a resolved version', () => {
    for (const state of ['proven', 'recorded', 'in-use'] as const)
      expect(isOverdue(aRevocation({ state }), minutesIn(DUE + 99))).toBe(false)
  })
})

describe('when to look again', () => {
  const looked = (minute: number, parts: Partial<Revocation> = {}) =>
    aRevocation({ lastCheckedAt: minutesIn(minute), ...parts })
  const escalated = (minute: number) => looked(minute, { ...promised(DUE), escalatedAt: minutesIn(DUE + 1) })

  it.each<[string, Revocation, number, boolean]>([
    ['at once, before the first check', aRevocation(), 31, true],
    ['soon, while no date was seen', looked(40), 45, true],
    ['not sooner', looked(40), 44, false],
    ['after an hour, with a date', looked(40, promised(DUE)), 100, true],
    ['not sooner, with a date', looked(40, promised(DUE)), 99, false],
    ['at the issuer’s date', looked(600, promised(610)), 610, true],
    ['at the deadline', looked(DUE - 1), DUE, true],
    ['when it counts as overdue', looked(DUE), DUE + 1, true],
    ['hourly once it is escalated', escalated(DUE + 100), DUE + 160, true],
    ['not sooner once it is escalated', escalated(DUE + 100), DUE + 159, false],
    ['every six hours after a day', escalated(DUE + 2_000), DUE + 2_360, true],
    ['not sooner after a day', escalated(DUE + 2_000), DUE + 2_359, false],
    ['now and then at what is in use again', looked(0, { state: 'in-use' }), 360, true],
    ['when the clock was set back', looked(9_999), 31, true],
    ['when the clock was set back, at what is in use', looked(9_999, { state: 'in-use' }), 31, true],
    ['never at what is proven', looked(0, { state: 'proven' }), 99_999, false],
    ['never at what a person recorded', looked(0, { state: 'recorded' }), 99_999, false],
  ])('%s', (_, row, minute, due) => {
    expect(isDueForRecheck(row, minutesIn(minute))).toBe(due)
  })
})

it('is about the versions that the examples have', () => {
  expect(aRevocation()).toMatchObject({ versionId: OLD, replacedBy: FRESH, dueAt: minutesIn(DUE) })
})

describe('what a person recorded as revoked', () => {
  const recorded = (parts: Partial<Revocation> = {}) =>
    aRevocation({
      ...recordedAt(aRevocation(), minutesIn(60)),
      resolvedBy: 'U0OPERATOR',
      proof: 'by hand',
      ...parts,
    })

  it('is looked at for a week, every six hours', () => {
    const row = recorded({ lastCheckedAt: minutesIn(60) })
    expect(isDueForRecheck(row, minutesIn(60 + 359))).toBe(false)
    expect(isDueForRecheck(row, minutesIn(60 + 360))).toBe(true)
    const later = recheckRevocation(row, secretWith('withdrawn'), minutesIn(60 + 7 * 24 * 60 + 1))
    expect(later).toMatchObject({ notice: null, row: { state: 'recorded', watchedUntil: null } })
    expect(isDueForRecheck(later.row, minutesIn(99_999))).toBe(false)
  })

  it('is tracked again when a machine sees it alive', () => {
    const { row, notice } = recheckRevocation(recorded(), secretWith('live'), minutesIn(90))
    expect(notice).toBe('contradicted')
    expect(row).toMatchObject({ state: 'waiting', resolvedAt: null, proof: null, seenAliveAt: minutesIn(90) })
  })

  it('is proven when a machine sees that', () => {
    const { row, notice } = recheckRevocation(recorded(), secretWith('destroyed'), minutesIn(90))
    expect(notice).toBe('proven')
    expect(row).toMatchObject({ state: 'proven', resolvedBy: 'bot', watchedUntil: null })
  })

  it('is not alive where the issuer refuses it', () => {
    const bot = { revoker: 'bot', issuer: 'disabled' } as const
    const { row } = recheckRevocation(recorded(bot), secretWith('live'), minutesIn(90))
    expect(row).toMatchObject({ state: 'recorded', seenAliveAt: null })
  })
})

describe('a version that is tracked for two rotations', () => {
  const bot = { revoker: 'bot', issuer: 'destroyed', issuerAt: minutesIn(50) } as const
  const proof = 'run 8830 destroyed it at the issuer'

  it('is proven for both when it is proven for one, and calls nobody', () => {
    const late = aRevocation(bot)
    expect(recheckRevocation(late, secretWith('live'), minutesIn(DUE + 999), [], proof)).toMatchObject({
      notice: 'proven',
      row: { state: 'proven', proof, escalatedAt: null },
    })
    expect(recheckRevocation(late, secretWith('live'), minutesIn(DUE + 999))).toMatchObject({
      notice: 'overdue',
    })
  })

  it('is not, while the issuer does not say that it is destroyed', () => {
    const alive = aRevocation({ ...bot, issuer: 'live' })
    expect(recheckRevocation(alive, secretWith('live'), minutesIn(60), [], proof).row.state).toBe('waiting')
  })
})
