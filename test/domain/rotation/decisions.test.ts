import { describe, expect, it } from 'vitest'
import { abortRotation } from '#domain/rotation/abort-rotation'
import { completeStep } from '#domain/rotation/complete-step'
import { openRotation } from '#domain/rotation/open-rotation'
import { recordException } from '#domain/rotation/record-exception'
import { Refusal, type RefusalCode } from '#domain/rotation/refusal'
import type { CheckResult, Rotation } from '#domain/rotation/rotation'
import { observeRun, observeVersions, requestRun } from '#domain/rotation/runs'
import { assertSignable, reject, signOff } from '#domain/rotation/sign-off'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import { STEP_IDS, type StepId } from '#domain/rotation/steps'
import { openSteps } from '#domain/rotation/turn'
import { EXAMPLE_CHECKS } from '#test/support/example-checks'
import {
  AI_OPS_OWNER,
  aCheck,
  anException,
  aRun,
  aSubmission,
  checksOf,
  DEVOPS_LEAD,
  minutesIn,
  nineTokens,
  OPENED,
  OPERATOR,
  RUNBOOK,
} from '#test/support/rotation-builder'

const fresh = (): Rotation =>
  openRotation(
    { id: 42, by: OPERATOR, at: OPENED, trigger: 'manual', severity: null, reason: '', tokens: nineTokens() },
    new Map(),
  ).rotation

const situation = (step: StepId, results: CheckResult[]) => ({
  checks: EXAMPLE_CHECKS.filter((each) => each.step === step),
  results,
  maxAgeMinutes: 15,
  runbook: RUNBOOK,
})

const complete = (rotation: Rotation, step: StepId, results = checksOf(step), by = OPERATOR): Rotation =>
  completeStep(rotation, step, aSubmission(step, { by, at: minutesIn(41) }), situation(step, results))
    .rotation

const allDone = (): Rotation => STEP_IDS.reduce((rotation, step) => complete(rotation, step), fresh())

const sign = (rotation: Rotation, role: 'devops-lead' | 'ai-ops-owner', by: string): Rotation => {
  const digest = signOffDigest(rotation)
  const request = {
    role,
    by,
    at: minutesIn(60),
    comment: '',
    shownDigest: digest,
    currentDigest: digest,
    promotes: true,
  }
  return signOff(rotation, request).rotation
}

const IN_CI = { kind: 'rotate', system: 'ci', environment: null } as const

const refusalOf = (act: () => unknown): Refusal | null => {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

const codeOf = (act: () => unknown): RefusalCode | null => refusalOf(act)?.code ?? null
const detailsOf = (act: () => unknown): unknown => refusalOf(act)?.details

describe('steps', () => {
  it('open in order: the first two in either, each later one after the one before', () => {
    expect(openSteps(fresh())).toEqual(['inventory-review', 'automation-health'])
    const second = complete(fresh(), 'automation-health')
    expect(openSteps(second)).toEqual(['inventory-review'])
    expect(openSteps(complete(second, 'inventory-review'))).toEqual(['rotation-execution'])
    expect(codeOf(() => complete(second, 'rotation-execution'))).toBe('step-not-open')
  })

  it.each(['failed', 'unknown'] as const)('are not complete with a check that is %s', (state) => {
    const results = [aCheck('inventory-exported'), aCheck('metadata-complete', state)]
    expect(codeOf(() => complete(fresh(), 'inventory-review', results))).toBe('checks-not-passed')
  })

  it('are not complete with a check that never ran, or ran too long ago', () => {
    expect(codeOf(() => complete(fresh(), 'inventory-review', [aCheck('inventory-exported')]))).toBe(
      'checks-not-run',
    )
    const old = checksOf('inventory-review').map((check) => ({ ...check, finishedAt: minutesIn(26) }))
    expect(codeOf(() => complete(fresh(), 'inventory-review', old))).toBe('checks-stale')
    const ahead = old.map((result) => ({ ...result, finishedAt: minutesIn(24 * 60) }))
    expect(codeOf(() => complete(fresh(), 'inventory-review', ahead))).toBe('checks-stale')
  })

  it('are not complete with an attestation missing', () => {
    const completion = aSubmission('automation-health', { attestations: ['last-run'] })
    const act = () =>
      completeStep(fresh(), 'automation-health', completion, situation('automation-health', []))
    expect(codeOf(act)).toBe('attestation-missing')
  })

  it('are complete with an exception of this round, and of this round only', () => {
    const failed: CheckResult[] = [aCheck('inventory-exported'), aCheck('metadata-complete', 'failed')]
    const { step: _, title: __, round: ___, ...given } = anException({ check: 'metadata-complete' })
    const excepted = recordException(fresh(), given, failed[1]).rotation
    expect(openSteps(complete(excepted, 'inventory-review', failed))).toEqual(['automation-health'])
    expect(codeOf(() => complete({ ...excepted, round: 2 }, 'inventory-review', failed))).toBe(
      'checks-not-passed',
    )
    expect(codeOf(() => recordException(fresh(), given, aCheck('metadata-complete')))).toBe(
      'check-needs-no-exception',
    )
  })

  it('wait for whatever checks they are given, and name those that never ran', () => {
    const check = {
      id: 'new-here',
      step: 'automation-health',
      title: 'New here',
      how: 'looks',
      backs: null,
    } as const
    const result = { ...aCheck('inventory-exported'), check: check.id, step: check.step, title: check.title }
    const act = (results: CheckResult[]) => () =>
      completeStep(fresh(), check.step, aSubmission(check.step, { at: minutesIn(41) }), {
        checks: [check],
        results,
        maxAgeMinutes: 15,
        runbook: RUNBOOK,
      })
    expect(detailsOf(act([]))).toEqual({ titles: ['New here'] })
    expect(codeOf(act([{ ...result, state: 'failed' }]))).toBe('checks-not-passed')
    expect(openSteps(act([result])().rotation)).toEqual(['inventory-review'])
  })

  it('keep the check’s title and step as they were when it was overridden', () => {
    const { step: _, title: __, round: ___, ...given } = anException({ check: 'tags-correct' })
    const result = aCheck('metadata-complete', 'failed', { check: 'tags-correct', title: 'Called so then' })
    const { rotation, events } = recordException(fresh(), given, result)
    const kept = { check: 'tags-correct', title: 'Called so then' }
    expect(rotation.exceptions).toMatchObject([{ ...kept, step: 'inventory-review' }])
    expect(events).toMatchObject([{ type: 'exception-recorded', data: kept }])
    expect(detailsOf(() => recordException(fresh(), given, undefined))).toEqual({ title: null })
    expect(detailsOf(() => recordException(fresh(), given, { ...result, state: 'passed' }))).toEqual({
      title: 'Called so then',
    })
  })

  it('change nothing when the same person completes one twice', () => {
    const done = complete(fresh(), 'automation-health')
    const again = completeStep(
      done,
      'automation-health',
      aSubmission('automation-health'),
      situation('automation-health', []),
    )
    expect(again).toEqual({ rotation: done, events: [] })
    expect(codeOf(() => complete(done, 'automation-health', [], DEVOPS_LEAD))).toBe('step-done-by-other')
  })
})

describe('sign-off', () => {
  it('waits for every step', () => {
    expect(
      codeOf(() => assertSignable(complete(fresh(), 'automation-health'), 'devops-lead', DEVOPS_LEAD)),
    ).toBe('steps-open')
  })

  it('is refused to the owner, to people who worked on it, and to one person for both roles', () => {
    expect(codeOf(() => sign(allDone(), 'devops-lead', OPERATOR))).toBe('owner-cannot-sign')
    const others = { ...allDone(), ownerId: 'U0OTHER' }
    expect(codeOf(() => sign(others, 'devops-lead', OPERATOR))).toBe('worker-cannot-sign')
    const once = sign(allDone(), 'devops-lead', DEVOPS_LEAD)
    expect(codeOf(() => sign(once, 'ai-ops-owner', DEVOPS_LEAD))).toBe('same-person-twice')
    expect(codeOf(() => sign(once, 'devops-lead', AI_OPS_OWNER))).toBe('already-signed')
  })

  it('counts an exception and a started run as work', () => {
    const excepted = { ...allDone(), exceptions: [anException({ by: DEVOPS_LEAD })] }
    expect(codeOf(() => sign(excepted, 'devops-lead', DEVOPS_LEAD))).toBe('worker-cannot-sign')
    const waiting = complete(complete(fresh(), 'inventory-review'), 'automation-health')
    const { runs } = requestRun(waiting, IN_CI, DEVOPS_LEAD, minutesIn(20)).rotation
    expect(codeOf(() => sign({ ...allDone(), runs }, 'devops-lead', DEVOPS_LEAD))).toBe('worker-cannot-sign')
  })

  it('is bound to what was shown', () => {
    const request = {
      role: 'devops-lead',
      by: DEVOPS_LEAD,
      at: minutesIn(60),
      comment: '',
      promotes: true,
    } as const
    const act = () => signOff(allDone(), { ...request, shownDigest: 'a', currentDigest: 'b' })
    expect(codeOf(act)).toBe('content-changed')
  })

  it('of both roles approves', () => {
    const approved = sign(sign(allDone(), 'devops-lead', DEVOPS_LEAD), 'ai-ops-owner', AI_OPS_OWNER)
    expect(approved.status).toBe('promoting')
    const closed = { ...approved, status: 'complete' } as const
    expect(codeOf(() => abortRotation(closed, OPERATOR, minutesIn(70), 'too late'))).toBe('rotation-closed')
  })

  it('is void after a rejection, which reopens exactly the steps that it names', () => {
    const once = sign(allDone(), 'devops-lead', DEVOPS_LEAD)
    const rejection = { role: 'ai-ops-owner', by: AI_OPS_OWNER, at: minutesIn(65), digest: 'd' } as const
    const rejected = reject(once, { ...rejection, reason: 'look again', reopen: ['audit-logging'] }).rotation
    expect(openSteps(rejected)).toEqual(['audit-logging'])
    const redone = complete(rejected, 'audit-logging')
    expect(codeOf(() => sign(redone, 'ai-ops-owner', AI_OPS_OWNER))).toBeNull()
    expect(sign(redone, 'ai-ops-owner', AI_OPS_OWNER).status).toBe('open')
    expect(codeOf(() => reject(once, { ...rejection, reason: ' ', reopen: ['audit-logging'] }))).toBe(
      'reason-missing',
    )
    expect(codeOf(() => reject(once, { ...rejection, reason: 'x', reopen: [] }))).toBe('steps-missing')
  })
})

describe('the digest of what is signed', () => {
  const judged = (rotation: Rotation, checks: CheckResult[]): Rotation => ({
    ...rotation,
    steps: rotation.steps.map((step) => ({
      ...step,
      completion: step.completion && {
        ...step.completion,
        checks: checks
          .filter((check) => check.step === step.id)
          .map(({ check, state }) => ({ check, state })),
      },
    })),
  })
  const checks = checksOf('inventory-review')

  it('changes with everything that an approver is shown', () => {
    const done = judged(allDone(), checks)
    const base = signOffDigest(done)
    const variants: Rotation[] = [
      judged(done, []),
      judged(
        done,
        checks.map((check) => ({ ...check, state: 'failed' })),
      ),
      { ...done, exceptions: [anException()] },
      { ...done, tokens: nineTokens(9) },
      {
        ...done,
        steps: done.steps.map((step) => ({
          ...step,
          completion: step.completion && { ...step.completion, notes: 'another' },
        })),
      },
    ]
    expect(new Set([base, ...variants.map(signOffDigest)]).size).toBe(variants.length + 1)
    expect(signOffDigest(judged({ ...done, version: 99 }, checks.toReversed()))).toBe(base)
  })

  it('stays the same while old versions are retired', () => {
    const done = judged(allDone(), checks)
    const retiring = { ...done, runs: [...done.runs, aRun({ kind: 'revoke', environment: 'staging' })] }
    expect(signOffDigest(retiring)).toBe(signOffDigest(done))
  })
})

describe('opening', () => {
  it('refuses an empty scope, and a token that is in an open rotation', () => {
    const request = {
      id: 43,
      by: OPERATOR,
      at: OPENED,
      trigger: 'manual',
      severity: null,
      reason: '',
    } as const
    expect(codeOf(() => openRotation({ ...request, tokens: [] }, new Map()))).toBe('empty-scope')
    const taken = new Map([[nineTokens()[4]?.secret ?? '', 42]])
    expect(codeOf(() => openRotation({ ...request, tokens: nineTokens() }, taken))).toBe(
      'token-in-open-rotation',
    )
  })
})

describe('runs', () => {
  const waiting = () => complete(complete(fresh(), 'inventory-review'), 'automation-health')

  it('are started once, again after a failure, and not before their step is open', () => {
    expect(codeOf(() => requestRun(fresh(), IN_CI, OPERATOR, minutesIn(20)))).toBe('step-not-open')
    const once = requestRun(waiting(), IN_CI, OPERATOR, minutesIn(20)).rotation
    expect(requestRun(once, IN_CI, OPERATOR, minutesIn(21)).events).toEqual([])
    expect(codeOf(() => requestRun(once, IN_CI, DEVOPS_LEAD, minutesIn(21)))).toBe('run-in-progress')
    expect(detailsOf(() => requestRun(once, IN_CI, DEVOPS_LEAD, minutesIn(21)))).toMatchObject({
      kind: 'rotate',
      isSame: true,
    })
    expect(detailsOf(() => complete(once, 'rotation-execution'))).toMatchObject({
      kind: 'rotate',
      isSame: false,
    })
    const seen = {
      state: 'failed',
      conclusion: 'failure',
      runId: 7,
      url: 'https://ci.example/7',
      startedAt: null,
      finishedAt: null,
    } as const
    const failed = observeRun(once, { kind: 'rotate', attempt: 1 }, seen, minutesIn(22))
    expect(failed.events.map((event) => event.type)).toEqual(['run-started', 'run-finished'])
    const again = observeRun(
      failed.rotation,
      { kind: 'rotate', attempt: 1 },
      { ...seen, state: 'succeeded' },
      minutesIn(23),
    )
    expect(again.events).toEqual([])
    expect(requestRun(failed.rotation, IN_CI, OPERATOR, minutesIn(24)).rotation.runs.at(-1)?.attempt).toBe(2)
  })

  it('do not take a version for new that is older than the rotation', () => {
    const [token] = fresh().tokens
    const secret = (createdAt: string) => ({
      name: token?.secret ?? '',
      tags: {},
      createdAt: OPENED,
      deletedAt: null,
      versions: [{ id: 'v2', createdAt, current: true, pending: false, state: 'live' as const }],
    })
    const before = observeVersions({ ...fresh(), tokens: [{ ...token, previousVersionId: null } as never] }, [
      secret(minutesIn(-5)),
    ])
    expect(before.tokens[0]).toMatchObject({
      previousVersionId: 'v2',
      previousVersionAt: minutesIn(-5),
      newVersionId: null,
    })
    expect(observeVersions(before, [secret(minutesIn(5))]).tokens[0]).toMatchObject({ newVersionId: 'v2' })
  })
})
