import { describe, expect, it } from 'vitest'
import { oldVersionRevoked } from '#checks/old-version-revoked'
import type { Revocation } from '#domain/revocations/revocation'
import type { Secret, SecretVersion } from '#domain/tokens/secret'
import { aCheckInput, aSecret, freshVersion, OLD, oldVersion, scoped } from '#test/support/check-input'
import { aRevocation } from '#test/support/revocation-builder'
import { aToken, minutesIn, NOW, OPENED } from '#test/support/rotation-builder'

const HOUR = 60
// The new version is current from minute 30 on, and the workflow's tag may be a quarter of an hour late.
const LATEST = 30 + 24 * HOUR + 15

const revokedBy = (instant: string | undefined, old: Partial<SecretVersion> = {}): Secret =>
  aSecret({ tags: { 'previous-revoke-by': instant }, versions: [freshVersion(), oldVersion(old)] })

/** Made by a first run of this rotation and replaced by a second one. */
const between = (parts: Partial<SecretVersion> = {}): SecretVersion =>
  oldVersion({ id: '5555aaaa-0000-4000-8000-000000000003', createdAt: minutesIn(10), ...parts })

const verdictOn = (...secrets: (Secret | null)[]) =>
  oldVersionRevoked.run(aCheckInput({ scope: secrets.map((secret) => scoped(secret)) }))

describe('the old version is revoked', () => {
  it.each<[string, Secret]>([
    ['its revocation is due in time', revokedBy(minutesIn(23 * HOUR))],
    ['it is due at the last moment of the 24 h and the tolerance', revokedBy(minutesIn(LATEST))],
    ['its date is this very moment', revokedBy(NOW)],
    ['its date has passed and no label leads to it', revokedBy(minutesIn(90), { state: 'withdrawn' })],
    ['no label leads to it and its date is to come', revokedBy(minutesIn(300), { state: 'withdrawn' })],
    ['it is destroyed, with no date', revokedBy(undefined, { state: 'destroyed' })],
    ['it is destroyed, later than it was to be', revokedBy(minutesIn(999 * HOUR), { state: 'destroyed' })],
    [
      'another is only pending',
      aSecret({
        versions: [freshVersion(), oldVersion({ pending: true })],
        tags: { 'previous-revoke-by': undefined },
      }),
    ],
    [
      'a second run pushed it back, and it is destroyed',
      aSecret({ versions: [freshVersion(), between(), oldVersion({ state: 'destroyed' })] }),
    ],
    [
      'a run that stopped half-way left a version without a label',
      aSecret({ versions: [freshVersion(), between({ state: 'withdrawn' }), oldVersion()] }),
    ],
    [
      'a newer one was made and taken back',
      aSecret({
        versions: [
          between({ createdAt: minutesIn(60), state: 'withdrawn' }),
          freshVersion(),
          oldVersion({ state: 'withdrawn' }),
        ],
      }),
    ],
    [
      'one from long before the rotation is withdrawn',
      aSecret({
        versions: [
          freshVersion(),
          oldVersion(),
          oldVersion({ id: 'ancient0', createdAt: minutesIn(-99_999), state: 'withdrawn' }),
        ],
      }),
    ],
  ])('when %s', async (_, secret) => {
    expect(await verdictOn(secret)).toMatchObject({ state: 'passed' })
  })

  it.each([
    ['no new version', [oldVersion({ current: true })]],
    ['no current version', [oldVersion()]],
    ['one from the minute before the rotation', [freshVersion({ createdAt: minutesIn(-1) }), oldVersion()]],
  ])('waits, and advises nothing, when it has %s', async (_, versions) => {
    // The old version is the one in use: whoever revoked it would take it from the agents.
    const verdict = await verdictOn(aSecret({ versions }))
    expect(verdict).toMatchObject({ state: 'unknown', advice: '' })
    expect(verdict.sentence).toBe('Waiting for the new versions of 1 of 1 tokens')
  })

  it.each<[string, Secret, string]>([
    ['has no date', revokedBy(undefined), 'has no revocation date for the old version 7f3a1c52'],
    [
      'has no date, and only lost its label',
      revokedBy(undefined, { state: 'withdrawn' }),
      'has no revocation date',
    ],
    [
      'has a date for another version',
      aSecret({ tags: { version: 'another' } }),
      'has no revocation date for the old version 7f3a1c52',
    ],
    [
      'has no version that the date is for',
      aSecret({ tags: { version: undefined } }),
      'has no revocation date',
    ],
    ['has a word for a date', revokedBy('tomorrow'), 'has a revocation date that is not a date (tomorrow)'],
    [
      'is due later than 24 h',
      revokedBy(minutesIn(LATEST + 1)),
      'revokes 7f3a1c52 only at 2026-11-24T09:48:00.000Z, later than 24 h',
    ],
    [
      'lives past its date',
      revokedBy(minutesIn(119)),
      'should have revoked 7f3a1c52 by 2026-11-23T11:01:00.000Z, but it is still live',
    ],
    [
      'has a date that an earlier rotation left',
      revokedBy(minutesIn(-12 * 24 * HOUR), { state: 'withdrawn' }),
      'has a revocation date from before the new version (2026-11-11T09:02:00.000Z), so it is not for 7f3a1c52',
    ],
    [
      'has a newer one alive that was taken back',
      aSecret({ versions: [between({ createdAt: minutesIn(60) }), freshVersion(), oldVersion()] }),
      'has 5555aaaa still live, and no revocation date applies to it',
    ],
    [
      'has two old versions alive',
      aSecret({ versions: [freshVersion(), between(), oldVersion()] }),
      'has 7f3a1c52 still live, and no revocation date applies to it',
    ],
  ])('not when it %s', async (_, secret, words) => {
    const verdict = await verdictOn(secret)
    expect(verdict).toMatchObject({ state: 'failed', advice: expect.stringContaining('Revoke') })
    expect(verdict.sentence).toContain(`evaluator/staging ${words}`)
  })

  const pushedBack = [freshVersion(), between({ state: 'withdrawn' }), oldVersion({ state: 'withdrawn' })]
  it.each([
    ['newest first', pushedBack],
    ['oldest first', pushedBack.toReversed()],
  ])('is unknown when a second run replaced it and its revocation is not proven, %s', async (_, versions) => {
    const verdict = await verdictOn(aSecret({ versions }))
    expect(verdict).toMatchObject({ state: 'unknown' })
    expect(verdict.sentence).toContain('had 7f3a1c52 when the rotation began')
  })

  it('is unknown when a newer one was in use, was rolled back, and its revocation is not proven', async () => {
    const taken = between({ createdAt: minutesIn(60), state: 'withdrawn' })
    const scope = [scoped(aSecret({ versions: [taken, freshVersion(), oldVersion()] }))]
    const readRevocations = async () => [aRevocation({ versionId: taken.id })]
    expect(await oldVersionRevoked.run(aCheckInput({ scope, readRevocations }))).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('had 5555aaaa during the rotation'),
    })
  })

  it('when there never was another', async () => {
    const first = aToken({ agent: 'evaluator', environment: 'staging' }, { previousVersionId: null })
    const scope = [scoped(aSecret({ versions: [freshVersion()] }), first)]
    expect(await oldVersionRevoked.run(aCheckInput({ scope }))).toMatchObject({ state: 'passed' })
  })

  describe('when the secrets manager has forgotten it', () => {
    const verdictWith = (versions: SecretVersion[], parts?: Partial<Revocation>) =>
      oldVersionRevoked.run(
        aCheckInput({
          scope: [scoped(aSecret({ versions }))],
          readRevocations: async () => (parts ? [aRevocation({ versionId: OLD, ...parts })] : []),
        }),
      )

    it.each([
      ['alone', [freshVersion()]],
      ['while a later one is revoked', [freshVersion(), between({ state: 'destroyed' })]],
    ])('is not known, %s', async (_, versions) => {
      const verdict = await verdictWith(versions)
      expect(verdict).toMatchObject({ state: 'unknown' })
      expect(verdict.sentence).toContain('no longer shows 7f3a1c52, which was in use when the rotation began')
    })

    it('is known from tracking: a proof, or the issuer’s date in time', async () => {
      const dueAt = minutesIn(24 * HOUR)
      const late = { dueAt, promisedBy: minutesIn(26 * HOUR) }
      expect(await verdictWith([freshVersion()], { state: 'proven' })).toMatchObject({ state: 'passed' })
      expect(await verdictWith([freshVersion()], { dueAt, promisedBy: dueAt })).toMatchObject({
        state: 'passed',
      })
      expect(await verdictWith([freshVersion()], late)).toMatchObject({ state: 'unknown' })
    })
  })

  describe('when a second run replaced it, with its tracked state', () => {
    const [, second] = pushedBack
    const kept = (parts: Partial<Revocation>) =>
      aRevocation({
        replacedBy: second?.id ?? '',
        replacedAt: minutesIn(10),
        dueAt: minutesIn(10 + 24 * HOUR),
        ...parts,
      })
    const verdictWith = (parts: Partial<Revocation>, state: SecretVersion['state'] = 'withdrawn') =>
      oldVersionRevoked.run(
        aCheckInput({
          scope: [scoped(aSecret({ versions: [freshVersion(), between({ state }), oldVersion({ state })] }))],
          readRevocations: async () => [kept(parts)],
        }),
      )

    it.each<[string, Partial<Revocation>, SecretVersion['state']?]>([
      ['its own date was in time', { promisedBy: minutesIn(10 + 24 * HOUR) }],
      ['its own date is still to come and it lives', { promisedBy: minutesIn(10 + 24 * HOUR) }, 'live'],
      ['it was proven', { state: 'proven' }],
    ])('passes when %s', async (_, parts, state) => {
      expect(await verdictWith(parts, state)).toMatchObject({ state: 'passed' })
    })

    it.each<[string, Partial<Revocation>, SecretVersion['state'], string, string]>([
      ['no date was seen', {}, 'withdrawn', 'unknown', 'the tags apply to a later version only'],
      ['a person says so', { state: 'recorded' }, 'withdrawn', 'unknown', 'the tags apply'],
      [
        'its date was too late',
        { promisedBy: minutesIn(26 + 24 * HOUR) },
        'withdrawn',
        'failed',
        'later than 24 h',
      ],
      ['it lives past its date', { promisedBy: minutesIn(90) }, 'live', 'failed', 'but it is still live'],
      [
        'it lives and no date was seen',
        {},
        'live',
        'failed',
        'still live, and no revocation date applies to it',
      ],
      [
        'the date was kept for another secret',
        { promisedBy: minutesIn(600), secret: 'another' },
        'withdrawn',
        'unknown',
        'the tags apply',
      ],
    ])('does not when %s', async (_, parts, state, verdict, words) => {
      expect(await verdictWith(parts, state)).toMatchObject({
        state: verdict,
        sentence: expect.stringContaining(words),
      })
    })
  })

  it('takes a version that became current the moment the rotation began for new', async () => {
    const versions = [freshVersion({ createdAt: OPENED }), oldVersion()]
    expect(await verdictOn(aSecret({ versions }))).toMatchObject({ state: 'passed' })
  })

  it('is not known of a secret that could not be read', async () => {
    const verdict = await verdictOn(aSecret(), null)
    expect(verdict).toMatchObject({ state: 'unknown', sentence: expect.stringContaining('access denied') })
  })

  it('says what is wrong with one rather than what is not known of another', async () => {
    expect(await verdictOn(null, revokedBy(undefined))).toMatchObject({ state: 'failed' })
  })

  it('names three tokens and counts the rest', async () => {
    const agents = ['a', 'b', 'c', 'd', 'e'].map((agent) => aToken({ agent, environment: 'staging' }))
    const scope = agents.map((token) => scoped(revokedBy(undefined), token))
    const { sentence, evidence } = await oldVersionRevoked.run(aCheckInput({ scope }))
    expect(sentence).toMatch(/^a\/staging .+; b\/staging .+; c\/staging .+; and 2 more$/)
    expect(evidence).toHaveLength(5)
  })

  it('needs at least one token', async () => {
    expect(await verdictOn()).toMatchObject({ state: 'unknown', sentence: 'No token is in scope.' })
  })
})
