import { describe, expect, it } from 'vitest'
import { type Revocation, UNKNOWN_SUCCESSOR } from '#domain/revocations/revocation'
import { nextOfRollback } from '#domain/revocations/rollback-step'
import { trackReplaced } from '#domain/revocations/superseded-versions'
import { markVerified } from '#domain/revocations/verified-versions'
import { completeRotation } from '#domain/rotation/complete-rotation'
import { countsSince } from '#domain/rotation/current-results'
import { mayPromote } from '#domain/rotation/early-deployment'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { observeRollbacks } from '#domain/rotation/observe-rollbacks'
import { environmentsLeft } from '#domain/rotation/promotion'
import { Refusal } from '#domain/rotation/refusal'
import { requestRollback, rollbackOptions } from '#domain/rotation/rollback'
import type { Rotation, RotationToken, Run, TokenRollback } from '#domain/rotation/rotation'
import { observeVersions, secretsToRotate } from '#domain/rotation/runs'
import { assertSignable } from '#domain/rotation/sign-off'
import type { Secret } from '#domain/tokens/secret'
import { aSecret, FRESH, freshVersion, OLD, oldVersion, RENEWED, TOKEN } from '#test/support/check-input'
import { aRevocation } from '#test/support/revocation-builder'
import { aRotation, aRun, minutesIn, OPERATOR, type RotationParts } from '#test/support/rotation-builder'

const AT = minutesIn(150)
const CURRENT_AT = minutesIn(155)
const NOW = minutesIn(156)

const byBot = (parts: Partial<Revocation> = {}): Revocation =>
  aRevocation({ id: 7, revoker: 'bot', ...parts })
const renewed: RotationToken = { ...TOKEN, newVersionId: FRESH, newVersionAt: RENEWED }
const ROLLBACK: TokenRollback = {
  to: OLD,
  by: OPERATOR,
  at: AT,
  reason: 'staging refuses the new version',
  madeAt: TOKEN.previousVersionAt,
  currentAt: null,
}
const signed = (parts: RotationParts = {}): Rotation =>
  aRotation({
    status: 'retiring',
    done: 5,
    revoker: 'bot',
    tokens: [renewed],
    promoted: [
      { environment: 'staging', at: minutesIn(140) },
      { environment: 'production', at: minutesIn(141) },
    ],
    ...parts,
  })

const refusalOf = (act: () => unknown): Refusal | null => {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  return null
}

describe('asking to roll a token back', () => {
  const ask = (row: Revocation = byBot(), parts: RotationParts = {}, ids = [7], reason = ROLLBACK.reason) =>
    requestRollback(signed(parts), [row], { ids, reason, by: OPERATOR, at: AT })

  it('voids the signatures, reopens step 4 and what was promoted there, and names the old version', () => {
    const { rotation, events } = ask()
    expect(rotation).toMatchObject({ status: 'open', round: 2, tokens: [{ rollback: ROLLBACK }] })
    expect(rotation.promoted.map((each) => each.environment)).toEqual(['production'])
    expect(rotation.steps.filter((step) => !step.completion).map((step) => step.id)).toEqual([
      'integration-verification',
    ])
    expect(events).toMatchObject([
      { type: 'rollback-requested', data: { versions: [{ versionId: OLD }], reason: ROLLBACK.reason } },
    ])
    const again = requestRollback(rotation, [byBot()], {
      ids: [7],
      reason: ROLLBACK.reason,
      by: OPERATOR,
      at: NOW,
    })
    expect(again.events).toEqual([])
  })

  it('is work: who asked for it cannot sign', () => {
    const tokens = [{ ...renewed, rollback: { ...ROLLBACK, by: 'U0ONCALL' } }]
    const refusal = refusalOf(() => assertSignable(aRotation({ done: 5, tokens }), 'devops-lead', 'U0ONCALL'))
    expect(refusal?.code).toBe('worker-cannot-sign')
  })

  it.each<[string, Partial<Revocation>, string]>([
    ['destroyed', { state: 'proven' }, 'destroyed'],
    ['destroyed, and not proven yet', { issuer: 'destroyed' }, 'destroyed'],
    ['recorded as revoked', { state: 'recorded' }, 'recorded'],
    ['leaked', { leakedIn: 42 }, 'leaked'],
    ['revoked by a person’s decision', { forcedBy: OPERATOR, forcedAt: AT }, 'forced'],
    ['current already', { state: 'in-use' }, 'current'],
  ])('is refused where the old version is %s, and says so', (_, parts, why) => {
    const refusal = refusalOf(() => ask(byBot(parts)))
    expect(refusal?.details).toEqual({ versions: [{ label: 'evaluator/staging', why }], possible: 0 })
  })

  it('names the one that is destroyed, and how many others can be ticked', () => {
    const other = {
      ...renewed,
      agent: 'tool-runner',
      secret: 'flashfusion/staging/tool-runner/capability-token',
    }
    const rows = [
      byBot({ issuer: 'destroyed' }),
      byBot({ id: 8, agent: 'tool-runner', secret: other.secret }),
    ]
    const rotation = signed({ tokens: [renewed, other] })
    const request = { reason: 'refused', by: OPERATOR, at: AT }
    expect(refusalOf(() => requestRollback(rotation, rows, { ...request, ids: [7, 8] }))?.details).toEqual({
      versions: [{ label: 'evaluator/staging', why: 'destroyed' }],
      possible: 1,
    })
    const { rotation: after } = requestRollback(rotation, rows, { ...request, ids: [8] })
    expect(after.tokens.map((token) => token.rollback !== null)).toEqual([false, true])
    expect(rollbackOptions(after, rows).map(({ obstacle }) => obstacle)).toEqual(['destroyed', 'in-progress'])
    expect(secretsToRotate(after)).toEqual([renewed.secret])
  })

  it.each<[string, () => unknown, string]>([
    [
      'while a workflow runs',
      () => ask(byBot(), { runs: [aRun({ kind: 'revoke', state: 'running' })] }),
      'run-in-progress',
    ],
    [
      'while an environment is deployed to',
      () => ask(byBot(), { runs: [aRun({ kind: 'deploy', state: 'queued' })] }),
      'run-in-progress',
    ],
    ['of a version that is not tracked', () => ask(byBot(), {}, [7, 9]), 'nothing-to-roll-back'],
    ['without an old version', () => ask(byBot({ versionId: 'another' })), 'nothing-to-roll-back'],
    ['without a reason', () => ask(byBot(), {}, [7], ' '), 'reason-missing'],
    ['where the workflow revokes', () => ask(byBot(), { revoker: 'workflow' }), 'rollback-by-workflow'],
    ['of a complete rotation', () => ask(byBot(), { status: 'complete' }), 'rotation-closed'],
  ])('is refused %s', (_, act, code) => {
    // It says "try again", not that a run was not started.
    if (code === 'run-in-progress') expect(refusalOf(act)?.details).toMatchObject({ isSame: false })
    expect(refusalOf(act)?.code).toBe(code)
  })
})

describe('the workflow that makes an old version current', () => {
  const run = (mode: 'restore' | 'make-current', parts: Partial<Run> = {}): Run =>
    aRun({
      kind: 'revoke',
      requestedAt: AT,
      startedAt: minutesIn(151),
      finishedAt: minutesIn(152),
      target: { mode, versions: [{ secret: TOKEN.secret, versionId: OLD }] },
      ...parts,
    })
  const FAILED = { state: 'failed', conclusion: 'failure' } as const
  const read = { lastCheckedAt: minutesIn(153) }

  it.each<[string, Partial<Revocation>, Run[], string]>([
    ['is started', {}, [], 'make-current'],
    ['accepts a disabled version again first', { issuer: 'disabled' }, [], 'restore'],
    ['is waited for', {}, [run('make-current', { state: 'running' })], 'waits: restoring'],
    ['is read before anything else happens', { issuer: 'disabled' }, [run('restore')], 'waits: restoring'],
    [
      'follows when the version is accepted again',
      { issuer: 'live', ...read },
      [run('restore')],
      'make-current',
    ],
    ['is not started again once it has succeeded', read, [run('make-current')], 'waits: restoring'],
    ['is tried again only after a while', read, [run('make-current', FAILED)], 'waits: restoring'],
    [
      'is tried again after that',
      read,
      [run('make-current', { ...FAILED, finishedAt: minutesIn(140) })],
      'make-current',
    ],
    [
      'is left to a person after three failures',
      read,
      Array(3).fill(run('make-current', FAILED)),
      'waits: person',
    ],
  ])('%s', (_, parts, runs, expected) => {
    const next = nextOfRollback(byBot(parts), runs, NOW)
    expect(next.act === 'wait' ? `waits: ${next.stage}` : next.act).toBe(expected)
  })
})

describe('an old version that is current again', () => {
  const makeCurrent = aRun({
    kind: 'revoke',
    requestedAt: AT,
    startedAt: minutesIn(151),
    finishedAt: CURRENT_AT,
    target: { mode: 'make-current', versions: [{ secret: TOKEN.secret, versionId: OLD }] },
  })
  const deployed = aRun({ kind: 'deploy', environment: 'staging', requestedAt: minutesIn(60) })
  const before = aRotation({
    done: 3,
    revoker: 'bot',
    tokens: [{ ...renewed, rollback: ROLLBACK }],
    runs: [makeCurrent, deployed],
  })
  const observe = (secret: Secret, rotation = before) => {
    const after = observeVersions(rotation, [secret])
    const { added } = trackReplaced({ before: rotation, after }, [secret], [byBot()], NOW)
    return { ...observeRollbacks({ before: rotation, after }, [secret], [byBot()], NOW), added }
  }
  const moved = aSecret({ versions: [freshVersion({ current: false }), oldVersion({ current: true })] })
  const copied = aSecret({
    versions: [
      freshVersion({ current: false }),
      oldVersion(),
      freshVersion({ id: 'copy', createdAt: minutesIn(152), current: true }),
    ],
  })

  it.each([
    ['itself', moved, OLD],
    ['as a copy', copied, 'copy'],
  ])('%s, is what the environment runs on, and the new version is the old one', (_, secret, current) => {
    const { rotation, events, updated, added } = observe(secret)
    expect(rotation.tokens).toMatchObject([
      { newVersionId: current, previousVersionId: FRESH, rollback: { currentAt: CURRENT_AT } },
    ])
    expect(events).toMatchObject([{ type: 'rolled-back', data: { versions: [{ versionId: OLD }] } }])
    expect(updated).toMatchObject([{ id: 7, state: 'rolled-back' }])
    expect(added.map((row) => [row.versionId, row.replacedBy])).toEqual([[FRESH, current]])

    const newRow = byBot({ id: 8, versionId: FRESH, replacedBy: current, replacedAt: CURRENT_AT })
    expect(markVerified([newRow], rotation, ['staging'], NOW).map((row) => row.id)).toEqual([8])
    // Read once more, nothing changes.
    const again = observeVersions(rotation, [secret])
    expect(observeRollbacks({ before: rotation, after: again }, [secret], [byBot()], NOW).events).toEqual([])
    const known = [...updated, newRow]
    expect(trackReplaced({ before: rotation, after: again }, [secret], known, NOW)).toEqual({
      added: [],
      updated: [],
    })
  })

  it('is waited for while the new one is current, also one that is younger than the run', () => {
    expect(observe(aSecret()).events).toEqual([])
    expect(observe(aSecret({ versions: [freshVersion({ createdAt: minutesIn(153) })] })).events).toEqual([])
  })

  it('outdates what was seen of its environment before', () => {
    const { rotation } = observe(moved)
    expect(countsSince(rotation, 'integration-verification', 'deployed:staging')).toBe(CURRENT_AT)
    expect(countsSince(rotation, 'integration-verification', 'deployed:sandbox') < CURRENT_AT).toBe(true)
  })

  it('lets an environment that has the new version be deployed to before the sign-offs', () => {
    const production = {
      ...renewed,
      environment: 'production',
      rollback: { ...ROLLBACK, currentAt: CURRENT_AT },
    }
    const inProduction = (runs: Run[], rollback: TokenRollback | null = production.rollback) =>
      environmentsLeft(
        aRotation({ done: 3, tokens: [{ ...production, rollback }], runs }),
        DEFAULT_ENVIRONMENTS,
      ).map(({ name }) => name)
    const deployment = aRun({ kind: 'deploy', environment: 'production' })
    expect(inProduction([deployment])).toEqual(['production'])
    expect(inProduction([])).toEqual([])
    expect(inProduction([deployment], null)).toEqual([])
    expect(inProduction([deployment], ROLLBACK)).toEqual([])
    const done = signed({ tokens: [production], runs: [deployment] })
    expect(mayPromote(done, 'production')).toBe(false)
    expect(mayPromote({ ...done, status: 'open' }, 'production')).toBe(true)
  })

  it('does not keep the rotation from being complete; one that nobody decided on does', () => {
    const rows = [byBot({ state: 'rolled-back' }), byBot({ id: 8, versionId: FRESH, state: 'proven' })]
    const rotation = signed()
    expect(completeRotation(rotation, rows, NOW).rotation.status).toBe('complete')
    const inUse = [byBot({ state: 'in-use', replacedBy: UNKNOWN_SUCCESSOR }), ...rows.slice(1)]
    expect(completeRotation(rotation, inUse, NOW).rotation.status).toBe('retiring')
  })
})
