import { describe, expect, it } from 'vitest'
import { adoptRun } from '#domain/rotation/adopt-run'
import type { Environment } from '#domain/rotation/environments'
import type { FoundRun } from '#domain/rotation/found-runs'
import type { Rotation } from '#domain/rotation/rotation'
import { smokeAfter } from '#domain/rotation/runs'
import { assertSeparateDuties } from '#domain/rotation/separation-of-duties'
import {
  AI_OPS_OWNER,
  aFoundRun,
  aRotation,
  aRun,
  DEVOPS_LEAD,
  NOW,
  OPERATOR,
  PRODUCTION,
  STAGING,
} from '#test/support/rotation-builder'

const REASON = 'the release was under way already'

/** Step 4 is open. */
const inStep4 = (parts: Partial<Rotation> = {}) => aRotation({ done: 3, runs: [aRun()], ...parts })

const adopt = (
  rotation: Rotation,
  found: FoundRun,
  environment: Environment | null = STAGING,
  reason = REASON,
) => adoptRun(rotation, { found, environment, reason, by: DEVOPS_LEAD }, NOW)

describe('adopting a run that the bot did not start', () => {
  it('makes it a run of its kind and environment, with who adopted it and who started it', () => {
    const { rotation, events } = adopt(inStep4(), aFoundRun())
    expect(rotation.runs.at(-1)).toMatchObject({
      kind: 'deploy',
      environment: 'staging',
      system: 'ci',
      attempt: 1,
      requestedBy: DEVOPS_LEAD,
      requestedAt: NOW,
      state: 'succeeded',
      runId: 8831,
      startedAt: aFoundRun().startedAt,
      finishedAt: aFoundRun().finishedAt,
      adopted: { reason: REASON, startedBy: 'octocat', event: 'workflow_dispatch' },
    })
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([
      ['run-adopted', DEVOPS_LEAD],
      ['run-finished', 'bot'],
    ])
  })

  it('is work on the rotation: whoever adopts cannot sign', () => {
    const before = inStep4({ ownerId: OPERATOR })
    expect(() => assertSeparateDuties(before, DEVOPS_LEAD)).not.toThrow()
    const { rotation } = adopt(before, aFoundRun())
    expect(() => assertSeparateDuties(rotation, DEVOPS_LEAD)).toThrow('worker-cannot-sign')
    expect(() => assertSeparateDuties(rotation, AI_OPS_OWNER)).not.toThrow()
  })

  it('changes nothing the second time', () => {
    const { rotation } = adopt(inStep4(), aFoundRun())
    const again = adopt(rotation, aFoundRun())
    expect(again).toEqual({ rotation, events: [] })
  })

  it('takes a later attempt of a run that is part of it already', () => {
    const first = adopt(inStep4(), aFoundRun()).rotation
    const { rotation } = adopt(first, aFoundRun({ runAttempt: 2 }))
    expect(
      rotation.runs.map(({ runId, runAttempt, attempt }) => [runId, runAttempt, attempt]).slice(1),
    ).toEqual([
      [8831, 1, 1],
      [8831, 2, 2],
    ])
  })

  it('goes on with one that has not ended, and says nothing of its end', () => {
    const { rotation, events } = adopt(
      inStep4(),
      aFoundRun({ state: 'running', conclusion: null, finishedAt: null }),
    )
    expect(rotation.runs.at(-1)?.state).toBe('running')
    expect(events.map(({ type }) => type)).toEqual(['run-adopted'])
  })

  it('counts attempts over all environments, so that titles stay unlike each other', () => {
    const earlier = aRun({ kind: 'deploy', environment: 'sandbox', attempt: 4, runId: 1 })
    const { rotation } = adopt(inStep4({ runs: [aRun(), earlier] }), aFoundRun())
    expect(rotation.runs.at(-1)?.attempt).toBe(5)
  })

  it('is followed by the smoke suite, as a deployment that the bot started', () => {
    const decision = adopt(inStep4(), aFoundRun())
    const run = decision.rotation.runs.at(-1)
    if (!run) throw new Error('no run')
    const after = smokeAfter(decision, run, STAGING, NOW)
    expect(after.rotation.runs.at(-1)).toMatchObject({
      kind: 'smoke',
      environment: 'staging',
      state: 'requested',
    })
  })

  it.each([
    ['step-not-open', inStep4({ steps: aRotation({ done: 2 }).steps }), aFoundRun(), STAGING, REASON],
    ['not-promoting', inStep4(), aFoundRun({ environment: 'production' }), PRODUCTION, REASON],
    ['environment-missing', inStep4(), aFoundRun({ environment: null }), null, REASON],
    ['reason-missing', inStep4(), aFoundRun(), STAGING, ' '],
    ['run-failed', inStep4(), aFoundRun({ state: 'failed', conclusion: 'failure' }), STAGING, REASON],
    [
      'run-in-progress',
      inStep4({ runs: [aRun({ kind: 'deploy', runId: 1, state: 'running' })] }),
      aFoundRun(),
      STAGING,
      REASON,
    ],
  ] as const)('is refused: %s', (code, rotation, found, environment, reason) => {
    expect(() => adopt(rotation, found, environment, reason)).toThrow(code)
    // Another run is in the way: whoever adopts did not ask for it.
    if (code === 'run-in-progress')
      expect(() => adopt(rotation, found, environment, reason)).toThrow(
        expect.objectContaining({ details: expect.objectContaining({ isSame: false }) }),
      )
  })

  it('deploys to an environment that waits for the sign-offs while it is promoted', () => {
    const promoting = inStep4({ status: 'promoting', steps: aRotation({ done: 5 }).steps })
    const { rotation } = adopt(promoting, aFoundRun({ environment: 'production' }), PRODUCTION)
    expect(rotation.runs.at(-1)).toMatchObject({ kind: 'deploy', environment: 'production' })
  })
})
