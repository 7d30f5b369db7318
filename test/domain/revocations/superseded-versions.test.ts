import { describe, expect, it } from 'vitest'
import { leftPending, possiblyReplaced, trackReplaced } from '#domain/revocations/superseded-versions'
import type { Rotation, RotationToken } from '#domain/rotation/rotation'
import { observeVersions } from '#domain/rotation/runs'
import type { Secret, SecretVersion } from '#domain/tokens/secret'
import { aSecret, FRESH, freshVersion, OLD, oldVersion, TOKEN } from '#test/support/check-input'
import { aRevocation } from '#test/support/revocation-builder'
import { aRotation, minutesIn, NOW } from '#test/support/rotation-builder'

const HOUR = 60
const MIDDLE = '5555aaaa-0000-4000-8000-000000000003'

const middle = (parts: Partial<SecretVersion> = {}): SecretVersion =>
  oldVersion({ id: MIDDLE, createdAt: minutesIn(10), ...parts })

const noted = (
  secret: Secret,
  token: Partial<RotationToken> = {},
  known = [] as ReturnType<typeof aRevocation>[],
) => {
  const before = aRotation({ tokens: [{ ...TOKEN, ...token }] })
  return trackReplaced({ before, after: observeVersions(before, [secret]) }, [secret], known, NOW)
}
const versionsOf = (secret: Secret, token: Partial<RotationToken> = {}) =>
  noted(secret, token).added.map((each) => [each.versionId, each.replacedBy, each.replacedAt])

describe('the versions that are to be revoked', () => {
  it('are the one that the new one replaced, due 24 h after it, with the issuer’s date', () => {
    expect(noted(aSecret()).added).toEqual([
      {
        rotationId: 42,
        secret: TOKEN.secret,
        agent: 'evaluator',
        environment: 'staging',
        versionId: OLD,
        replacedBy: FRESH,
        replacedAt: minutesIn(30),
        dueAt: minutesIn(30 + 24 * HOUR),
        promisedBy: minutesIn(23 * HOUR),
        promiseSeenAt: NOW,
        revoker: 'workflow',
        leakedIn: null,
        forcedBy: null,
        forcedAt: null,
      },
    ])
  })

  it('leaked at a credential anomaly, and are forced in the name of who decided to disable them at once', () => {
    const before = aRotation({
      tokens: [TOKEN],
      trigger: 'credential-anomaly',
      revoker: 'bot',
      disableNowBy: 'U0ONCALL',
    })
    const track = (rotation: Rotation) =>
      trackReplaced({ before: rotation, after: observeVersions(rotation, [aSecret()]) }, [aSecret()], [], NOW)
    const due = (hours: number) => minutesIn(30 + hours * 60)
    expect(track(before).added).toMatchObject([
      { leakedIn: 42, forcedBy: 'U0ONCALL', forcedAt: NOW, dueAt: due(1) },
    ])
    expect(track({ ...before, disableNowBy: null }).added).toMatchObject([
      { leakedIn: 42, forcedBy: null, forcedAt: null, dueAt: due(4) },
    ])
    // The workflow revokes by itself, and at once.
    expect(track({ ...before, revoker: 'workflow' }).added).toMatchObject([{ forcedAt: null, dueAt: due(0) }])
  })

  it('are none while the old one is current, nor when there is no current one', () => {
    expect(versionsOf(aSecret({ versions: [oldVersion({ current: true })] }))).toEqual([])
    expect(
      versionsOf(
        aSecret({
          versions: [freshVersion({ current: false, pending: true }), oldVersion({ current: true })],
        }),
      ),
    ).toEqual([])
    expect(versionsOf(aSecret({ versions: [oldVersion()] }))).toEqual([])
  })

  it('are the new one, from now on, when somebody went back to one from before the rotation', () => {
    const ancient = oldVersion({ id: 'ancient', createdAt: minutesIn(-99_999), current: true })
    const back = oldVersion({ current: true })
    for (const [current, versions] of [
      ['ancient', [freshVersion({ current: false }), oldVersion(), ancient]],
      [OLD, [freshVersion({ current: false }), back]],
      [OLD, [back]],
    ] as const) {
      const secret = aSecret({ versions: [...versions] })
      expect(versionsOf(secret, { newVersionId: FRESH })).toEqual([[FRESH, current, NOW]])
      expect(noted(secret, { newVersionId: FRESH }).added).toMatchObject([{ promisedBy: null }])
    }
    expect(versionsOf(aSecret({ versions: [back] }))).toEqual([])
  })

  it('are both when a second run has replaced the first new one, each due after its own replacement', () => {
    const secret = aSecret({
      versions: [freshVersion(), middle({ state: 'withdrawn' }), oldVersion({ state: 'withdrawn' })],
    })
    expect(versionsOf(secret, { newVersionId: MIDDLE })).toEqual([
      [OLD, MIDDLE, minutesIn(10)],
      [MIDDLE, FRESH, minutesIn(30)],
    ])
    // The date on the secret belongs to the second one only.
    expect(noted(secret, { newVersionId: MIDDLE }).added.map((each) => each.promisedBy)).toEqual([
      null,
      minutesIn(23 * HOUR),
    ])
  })

  it('are both when the first new one was never read while current, as long as it lives', () => {
    expect(versionsOf(aSecret({ versions: [freshVersion(), middle(), oldVersion()] }))).toHaveLength(2)
  })

  it('are not what a run that stopped half-way left behind', () => {
    for (const left of [middle({ state: 'withdrawn' }), middle({ pending: true })])
      expect(versionsOf(aSecret({ versions: [freshVersion(), left, oldVersion()] }))).toEqual([
        [OLD, FRESH, minutesIn(30)],
      ])
  })

  it('are the direct predecessor when the version in use before was never read', () => {
    const versions = [
      freshVersion(),
      oldVersion({ id: 'debris', createdAt: minutesIn(-5), state: 'withdrawn' }),
      oldVersion(),
    ]
    expect(versionsOf(aSecret({ versions }), { previousVersionId: null })).toEqual([
      [OLD, FRESH, minutesIn(30)],
    ])
    expect(versionsOf(aSecret({ versions: [freshVersion()] }), { previousVersionId: null })).toEqual([])
  })

  it('are tracked also when the metadata no longer have them', () => {
    expect(versionsOf(aSecret({ versions: [freshVersion()] }))).toEqual([[OLD, FRESH, minutesIn(30)]])
  })

  it('are a newer one that was taken back, from now on', () => {
    const versions = [middle({ createdAt: minutesIn(60) }), freshVersion(), oldVersion()]
    expect(versionsOf(aSecret({ versions }), { newVersionId: MIDDLE })).toEqual([
      [OLD, FRESH, minutesIn(30)],
      [MIDDLE, FRESH, NOW],
    ])
  })

  it('are added once, and get the issuer’s date when it is seen later', () => {
    const { added, updated } = noted(aSecret(), {}, [aRevocation()])
    expect(added).toEqual([])
    expect(updated).toMatchObject([{ id: 1, promisedBy: minutesIn(23 * HOUR), promiseSeenAt: NOW }])
    expect(noted(aSecret(), {}, updated).updated).toEqual([])
    expect(noted(aSecret(), {}, [aRevocation({ state: 'proven' })]).updated).toEqual([])
  })

  it('are, where the bot revokes, those that a run of this rotation left pending; they did not leak', () => {
    const rotation = aRotation({
      tokens: [TOKEN],
      revoker: 'bot',
      trigger: 'credential-anomaly',
      disableNowBy: 'U0ONCALL',
    })
    const left = (version: Partial<SecretVersion>, of: Rotation = rotation) =>
      leftPending(of, [aSecret({ versions: [middle(version), oldVersion({ current: true })] })], NOW)
    expect(left({ pending: true })).toMatchObject([
      { versionId: MIDDLE, replacedBy: OLD, replacedAt: NOW, leakedIn: null, forcedBy: null, forcedAt: null },
    ])
    expect(left({})).toEqual([])
    expect(left({ pending: true, createdAt: minutesIn(-5) })).toEqual([])
    expect(left({ pending: true }, { ...rotation, revoker: 'workflow' })).toEqual([])
  })

  it('are checked again when it was unreadable whether a run replaced them', () => {
    const rotation = aRotation({ tokens: [TOKEN, { ...TOKEN, secret: 'read' }] })
    const [unseen, ...others] = possiblyReplaced(rotation, [TOKEN.secret], NOW)
    expect(others).toEqual([])
    expect(unseen).toMatchObject({ secret: TOKEN.secret, versionId: OLD, replacedBy: '', promisedBy: null })
    const known = [aRevocation({ ...unseen, state: 'in-use' })]
    // Either not replaced after all, or replaced as the run intended.
    const still = noted(aSecret({ versions: [oldVersion({ current: true })] }), {}, known)
    expect(still).toEqual({ added: [], updated: [] })
    expect(noted(aSecret(), {}, known)).toMatchObject({
      added: [],
      updated: [
        { state: 'waiting', replacedBy: FRESH, replacedAt: minutesIn(30), promisedBy: minutesIn(23 * HOUR) },
      ],
    })
  })
})
