import { describe, expect, it } from 'vitest'
import { oldVersionUse } from '#domain/revocations/old-version-use'
import { retireVersions } from '#domain/revocations/retire-versions'
import type { OldVersionUse } from '#domain/revocations/retirement'
import type { Revocation } from '#domain/revocations/revocation'
import { isOnHold, markVerified } from '#domain/revocations/verified-versions'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import type { Rotation } from '#domain/rotation/rotation'
import { anAgentUse } from '#test/support/agent-use'
import { aRevocation } from '#test/support/revocation-builder'
import { anException, aRotation, aRun, minutesIn, OPERATOR } from '#test/support/rotation-builder'

const UNUSED: OldVersionUse = { state: 'unused', basis: 'telemetry', sentence: 'nobody uses it' }
const SETTINGS = { reversible: true, watchMinutes: 15, watchHours: 4 }
const NOW = minutesIn(101)

const row = (id: number, parts: Partial<Revocation> = {}): Revocation =>
  aRevocation({
    id,
    secret: `secret-${id}`,
    versionId: `old-${id}`,
    revoker: 'bot',
    verifiedAt: minutesIn(60),
    ...parts,
  })

const signed = (parts: Partial<Rotation> = {}): Rotation =>
  aRotation({
    done: 5,
    status: 'retiring',
    promoted: [{ environment: 'production', at: minutesIn(90) }],
    ...parts,
  })

/** The run that disabled a version. */
const disabledBefore = (id: number, environment: string) =>
  aRun({
    kind: 'revoke',
    environment,
    startedAt: minutesIn(79),
    finishedAt: minutesIn(81),
    target: { mode: 'disable', versions: [{ secret: `secret-${id}`, versionId: `old-${id}` }] },
  })

const retire = (rotation: Rotation, rows: Revocation[], used: Record<number, OldVersionUse>) =>
  retireVersions(rotation, rows, {
    uses: new Map(Object.entries(used).map(([id, use]) => [Number(id), use])),
    environments: DEFAULT_ENVIRONMENTS,
    settings: SETTINGS,
    now: NOW,
  })

describe('retiring the old versions of a rotation', () => {
  it('starts one run for each environment and mode, and notes what the others wait for', () => {
    const rows = [
      row(1),
      row(2),
      row(3, { environment: 'production' }),
      row(4, { environment: 'production', issuer: 'disabled', issuerAt: minutesIn(80), lastCheckedAt: NOW }),
      row(5, { verifiedAt: null }),
    ]
    const before = signed({ runs: [disabledBefore(4, 'production')] })
    const { rotation, events, updated } = retire(before, rows, {
      1: UNUSED,
      2: UNUSED,
      3: UNUSED,
      4: UNUSED,
    })
    expect(
      rotation.runs.slice(1).map(({ environment, target, attempt }) => [environment, target?.mode, attempt]),
    ).toEqual([
      ['staging', 'disable', 2],
      ['production', 'disable', 3],
      ['production', 'destroy', 4],
    ])
    expect(rotation.runs[1]?.target?.versions.map((each) => each.versionId)).toEqual(['old-1', 'old-2'])
    expect(events.map((event) => event.type)).toEqual(['run-requested', 'run-requested', 'run-requested'])
    expect(updated.map(({ id, stage }) => [id, stage])).toEqual([
      [1, 'disabling'],
      [2, 'disabling'],
      [3, 'disabling'],
      [4, 'destroying'],
      [5, 'deployment'],
    ])
  })

  it('changes nothing that is noted already, also when a count rose', () => {
    const noted = row(1, { stage: 'use', stageNote: 'evaluator authenticated 12 times' })
    const { events, updated, rotation } = retire(signed(), [noted], {
      1: { state: 'in-use', sentence: 'evaluator authenticated 15 times' },
    })
    expect([events, updated]).toEqual([[], []])
    expect(rotation.runs).toEqual([])
  })

  it('leaves out what another run acts on, and what the workflow revokes', () => {
    const running = aRun({
      kind: 'revoke',
      environment: 'staging',
      state: 'running',
      target: { mode: 'disable', versions: [{ secret: 'secret-1', versionId: 'old-1' }] },
    })
    const rows = [
      row(1),
      row(2, { revoker: 'workflow' }),
      row(3, { state: 'proven' }),
      row(4, { state: 'in-use' }),
    ]
    const { rotation } = retire(signed({ runs: [running] }), rows, {
      1: UNUSED,
      2: UNUSED,
      3: UNUSED,
      4: UNUSED,
    })
    expect(rotation.runs).toEqual([running])
  })
})

describe('what an old version is never without', () => {
  const DISABLED = { issuer: 'disabled', issuerAt: minutesIn(80), lastCheckedAt: NOW } as const
  const INFERRED: OldVersionUse = { ...UNUSED, basis: 'inferred' }

  it.each<[string, Rotation, Partial<Revocation>, OldVersionUse | undefined, string[]]>([
    [
      'the way back, also while step 4 is open again',
      aRotation({ done: 3 }),
      DISABLED,
      { state: 'refused', sentence: 'evaluator was refused' },
      ['restore'],
    ],
    [
      'the way back, when it is current again',
      signed(),
      { ...DISABLED, state: 'in-use' },
      undefined,
      ['restore'],
    ],
    ['a hold against destruction', aRotation({ done: 3 }), DISABLED, UNUSED, []],
    [
      'a deployment that a check saw, where no label tells the version',
      signed({ exceptions: [anException({ check: 'deployed:staging' })] }),
      {},
      INFERRED,
      [],
    ],
  ])('%s', (_, rotation, parts, use, modes) => {
    const before = { ...rotation, runs: parts.issuer ? [disabledBefore(1, 'staging')] : [] }
    const after = retire(before, [row(1, parts)], use ? { 1: use } : {}).rotation
    expect(after.runs.slice(before.runs.length).map((run) => run.target?.mode)).toEqual(modes)
  })

  it('may be inferred where a check saw the deployment', () => {
    expect(retire(signed(), [row(1)], { 1: INFERRED }).rotation.runs[0]?.target?.mode).toBe('disable')
  })

  it('a new version that was seen: one that nobody saw verifies nothing', () => {
    const [token] = aRotation().tokens
    if (!token) throw new TypeError('no token')
    const tokens = [{ ...token, newVersionId: null }]
    const old = row(1, { secret: token.secret, environment: token.environment, verifiedAt: null })
    expect(markVerified([old], { tokens }, [token.environment], NOW)).toEqual([])
  })
})

describe('what holds a retirement', () => {
  it.each<[string, Rotation, Partial<Revocation>, boolean]>([
    ['nothing in staging once step 4 is done', aRotation({ done: 4 }), {}, false],
    ['step 4 that is open again', aRotation({ done: 3 }), {}, true],
    ['an approval that was withdrawn', signed({ status: 'open' }), { environment: 'production' }, true],
    [
      'a promotion that did not reach it',
      signed({ status: 'promoting', promoted: [] }),
      { environment: 'production' },
      true,
    ],
    [
      'nothing in production once it is promoted',
      signed({ status: 'promoting' }),
      { environment: 'production' },
      false,
    ],
    ['an abort before step 4 was done', aRotation({ status: 'aborted', closedAt: minutesIn(99) }), {}, true],
    [
      'nothing after an abort when step 4 was done',
      aRotation({ done: 4, status: 'aborted', closedAt: minutesIn(99) }),
      {},
      false,
    ],
    [
      'nothing after an abort when another rotation has verified it since',
      aRotation({ status: 'aborted', closedAt: minutesIn(50) }),
      {},
      false,
    ],
    ['an environment that the config does not list', aRotation({ done: 4 }), { environment: 'qa' }, true],
    ['nothing that a person forced', aRotation({ done: 2 }), { forcedAt: NOW, forcedBy: OPERATOR }, false],
  ])('is %s', (_, rotation, parts, held) => {
    expect(isOnHold(rotation, row(1, parts), DEFAULT_ENVIRONMENTS)).toBe(held)
  })

  it('ends for every version, of any rotation, that the verified environment no longer needs', () => {
    const rotation = aRotation()
    const [token] = rotation.tokens.filter((each) => each.environment === 'staging')
    if (!token) throw new TypeError('no token')
    const tokens = [{ ...token, newVersionId: 'v3' }]
    const rows = [
      row(1, { secret: token.secret, rotationId: 40, versionId: 'v1', verifiedAt: null }),
      row(2, { secret: token.secret, versionId: 'v2', verifiedAt: null }),
      row(3, { secret: token.secret, versionId: 'v3', verifiedAt: null }),
      row(4, { secret: token.secret, versionId: 'v0', verifiedAt: null, replacedAt: minutesIn(200) }),
      row(5, { secret: token.secret, versionId: 'v0', verifiedAt: null, state: 'proven' }),
      row(6, { verifiedAt: null }),
      row(7, { secret: token.secret, versionId: 'v1', verifiedAt: null, environment: 'production' }),
    ]
    const verified = markVerified(rows, { tokens }, ['sandbox', 'staging'], NOW)
    expect(verified.map(({ id, verifiedAt }) => [id, verifiedAt])).toEqual([
      [1, NOW],
      [2, NOW],
    ])
  })
})

describe('how an old version is used', () => {
  const OLD = 'aaaaaaaa-old'
  const NEW = 'bbbbbbbb-new'
  const of = async (
    issuer: Revocation['issuer'],
    successes: Record<string, number>,
    failures: Record<string, number>,
  ) =>
    oldVersionUse(
      { agent: 'evaluator', versionId: OLD, isDisabled: issuer === 'disabled' },
      await anAgentUse(successes, failures),
      NEW,
    ).state

  it.each<[string, Revocation['issuer'], Record<string, number>, Record<string, number>, string]>([
    ['a live one nobody uses', null, { [`evaluator ${NEW}`]: 5 }, { [`evaluator ${NEW}`]: 0 }, 'unused'],
    [
      'a live one in use',
      null,
      { [`evaluator ${OLD}`]: 1, [`evaluator ${NEW}`]: 5 },
      { [`evaluator ${NEW}`]: 0 },
      'in-use',
    ],
    [
      'a disabled one that is refused',
      'disabled',
      { [`evaluator ${NEW}`]: 5 },
      { [`evaluator ${OLD}`]: 1 },
      'refused',
    ],
    [
      'a disabled one whose agent is refused, without labels',
      'disabled',
      { evaluator: 5 },
      { evaluator: 2 },
      'refused',
    ],
    [
      'a disabled one while the new one is refused',
      'disabled',
      { [`evaluator ${NEW}`]: 5 },
      { [`evaluator ${NEW}`]: 1 },
      'unknown',
    ],
    ['a disabled one whose agent is silent', 'disabled', { planner: 5 }, { planner: 0 }, 'unknown'],
  ])('%s', async (_, issuer, successes, failures, state) => {
    expect(await of(issuer, successes, failures)).toBe(state)
  })
})
