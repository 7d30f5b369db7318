import { describe, expect, it } from 'vitest'
import { DEFAULT_ENVIRONMENTS, type Environment } from '#domain/rotation/environments'
import {
  environmentsLeft,
  promoteEnvironment,
  voidApproval,
  type Withdrawal,
  withdrawApproval,
} from '#domain/rotation/promotion'
import { approvals, type CheckResult, type Rotation, type Run } from '#domain/rotation/rotation'
import { requestRun } from '#domain/rotation/runs'
import { signOff } from '#domain/rotation/sign-off'
import { missingRoles, openSteps } from '#domain/rotation/turn'
import { EXAMPLE_ENVIRONMENT_CHECKS } from '#test/support/example-checks'
import {
  AI_OPS_OWNER,
  aCheck,
  anException,
  aRotation,
  aRun,
  aSignOff,
  aToken,
  DEVOPS_LEAD,
  minutesIn,
  nineTokens,
  OPERATOR,
  PRODUCTION,
  type RotationParts,
} from '#test/support/rotation-builder'

const EU: Environment = { ...PRODUCTION, name: 'production-eu' }
const ENVIRONMENTS = [...DEFAULT_ENVIRONMENTS, EU]
const TOKENS = [...nineTokens(9), aToken({ agent: 'evaluator', environment: EU.name })]
const AT = minutesIn(150)

const promoting = (parts: RotationParts = {}): Rotation =>
  aRotation({
    status: 'promoting',
    done: 5,
    signOffs: [aSignOff(), aSignOff({ role: 'ai-ops-owner', by: AI_OPS_OWNER })],
    ...parts,
  })

const names = (rotation: Rotation, environments = DEFAULT_ENVIRONMENTS) =>
  environmentsLeft(rotation, environments).map((each) => each.name)

const CHECKS = EXAMPLE_ENVIRONMENT_CHECKS.filter((each) => each.environment === 'production')
const FRESH = { startedAt: minutesIn(148), finishedAt: minutesIn(148) }
const passedAll = CHECKS.map(({ id }) => aCheck(id, 'passed', FRESH))

const promote = (rotation: Rotation, results: CheckResult[] = passedAll, environments = ENVIRONMENTS) =>
  promoteEnvironment(rotation, PRODUCTION, environments, { checks: CHECKS, results, maxAgeMinutes: 15 }, AT)

describe('an environment after the sign-offs', () => {
  it('is promoted when all of its checks passed, and the last one leads to the old versions', () => {
    const { rotation, events } = promote(promoting())
    expect(rotation).toMatchObject({
      status: 'retiring',
      closedAt: null,
      promoted: [{ environment: 'production', at: AT }],
    })
    expect(events).toEqual([
      {
        type: 'environment-promoted',
        rotationId: 42,
        actor: 'bot',
        at: AT,
        data: { environment: 'production' },
      },
    ])
  })

  it('is one of several: the others are still left, and noting one again changes nothing', () => {
    const both = promoting({ tokens: TOKENS })
    expect(names(both, ENVIRONMENTS)).toEqual(['production', 'production-eu'])
    const { rotation } = promote(both)
    expect(rotation.status).toBe('promoting')
    expect(names(rotation, ENVIRONMENTS)).toEqual(['production-eu'])
    expect(promote(rotation)).toEqual({ rotation, events: [] })
  })

  it.each<[string, CheckResult[], string]>([
    ['one was not run', passedAll.slice(1), 'checks-not-run'],
    [
      'one failed',
      [...passedAll.slice(1), aCheck('deployed:production', 'failed', FRESH)],
      'checks-not-passed',
    ],
    [
      'one could not be read',
      [...passedAll.slice(1), aCheck('deployed:production', 'unknown', FRESH)],
      'checks-not-passed',
    ],
    [
      'one is a quarter of an hour old',
      [
        ...passedAll.slice(1),
        aCheck('deployed:production', 'passed', { ...FRESH, finishedAt: minutesIn(135) }),
      ],
      'checks-stale',
    ],
  ])('is not promoted when of its checks %s', (_, results, code) => {
    expect(() => promote(promoting(), results)).toThrow(code)
  })

  it('is not proven by what was seen of another one', () => {
    const others = EXAMPLE_ENVIRONMENT_CHECKS.filter((each) => each.environment === 'staging')
    const results = others.map(({ id }) => aCheck(id, 'passed', FRESH))
    expect(() => promote(promoting(), results)).toThrow('checks-not-run')
  })

  it('is promoted with an exception of this round, recorded after its newest deployment', () => {
    const failed = [...passedAll.slice(1), aCheck('deployed:production', 'failed', FRESH)]
    const excepted = (parts = {}, runs: Run[] = []) =>
      promoting({
        runs,
        exceptions: [anException({ check: 'deployed:production', at: minutesIn(149), ...parts })],
      })
    expect(promote(excepted(), failed).rotation.status).toBe('retiring')
    const deployed = (environment: string) =>
      aRun({ kind: 'deploy', environment, requestedAt: minutesIn(149.5) })
    expect(promote(excepted({}, [deployed('staging')]), failed).rotation.status).toBe('retiring')
    expect(() => promote(excepted({}, [deployed('production')]), failed)).toThrow('checks-not-passed')
    expect(() => promote({ ...excepted(), round: 2 }, failed)).toThrow('checks-not-passed')
  })

  it('is left only while the rotation is promoting, and only where it is in scope', () => {
    for (const status of ['open', 'retiring', 'complete', 'aborted'] as const)
      expect(names(promoting({ status }))).toEqual([])
    const staging = nineTokens().filter((token) => token.environment === 'staging')
    expect(names(promoting({ tokens: staging }))).toEqual([])
  })
})

const withdrawal = (parts: Partial<Withdrawal> = {}): Withdrawal => ({
  role: 'devops-lead',
  by: DEVOPS_LEAD,
  at: AT,
  reason: 'the release is frozen',
  delegateOf: null,
  digest: 'd'.repeat(64),
  ...parts,
})

describe('a withdrawal', () => {
  it('takes both approvals back, reopens no step, and keeps what is promoted', () => {
    const before = promote(promoting({ tokens: TOKENS })).rotation
    const { rotation, events } = withdrawApproval(before, withdrawal({ delegateOf: 'U0LEAD' }))
    expect(rotation).toMatchObject({ status: 'open', round: 2, promoted: [{ environment: 'production' }] })
    expect(rotation.signOffs.at(-1)).toMatchObject({ decision: 'withdrawn', round: 1, reopened: [] })
    expect(approvals(rotation)).toEqual([])
    expect(openSteps(rotation)).toEqual([])
    expect(missingRoles(rotation)).toEqual(['devops-lead', 'ai-ops-owner'])
    expect(events).toMatchObject([
      {
        type: 'withdrawn',
        actor: DEVOPS_LEAD,
        data: { role: 'devops-lead', reason: 'the release is frozen', delegateOf: 'U0LEAD' },
      },
    ])
  })

  it('leads back to the same promotion once both have signed again', () => {
    const { rotation } = withdrawApproval(promote(promoting({ tokens: TOKENS })).rotation, withdrawal())
    const request = { at: AT, comment: '', shownDigest: 'd', currentDigest: 'd', promotes: true }
    const once = signOff(rotation, { ...request, role: 'devops-lead', by: DEVOPS_LEAD }).rotation
    expect(once.status).toBe('open')
    const twice = signOff(once, { ...request, role: 'ai-ops-owner', by: AI_OPS_OWNER }).rotation
    expect(names(twice, ENVIRONMENTS)).toEqual(['production-eu'])
  })

  it('that is delivered again changes nothing', () => {
    const { rotation } = withdrawApproval(promoting(), withdrawal())
    expect(withdrawApproval(rotation, withdrawal({ at: minutesIn(151) }))).toEqual({ rotation, events: [] })
    expect(() => withdrawApproval(rotation, withdrawal({ reason: 'another' }))).toThrow('not-promoting')
  })

  it('needs a reason', () => {
    expect(() => withdrawApproval(promoting(), withdrawal({ reason: ' ' }))).toThrow('reason-missing')
  })

  it('starts no further deployment', () => {
    const { rotation } = withdrawApproval(promoting(), withdrawal())
    const act = () =>
      requestRun(rotation, { kind: 'deploy', system: 'ci', environment: PRODUCTION }, OPERATOR, AT)
    expect(act).toThrow('not-promoting')
  })
})

describe('an approval of what has changed', () => {
  it('is void: step 4 reopens, both sign again, and every environment is verified again', () => {
    const before = promote(promoting({ tokens: TOKENS })).rotation
    const { rotation, events } = voidApproval(before, 'evaluator/production was rotated again', AT)
    expect(rotation).toMatchObject({ status: 'open', round: 2, promoted: [] })
    expect(openSteps(rotation)).toEqual(['integration-verification'])
    const step = rotation.steps.find((each) => each.id === 'integration-verification')
    expect(step).toMatchObject({ completion: null, earlier: [OPERATOR] })
    expect(approvals(rotation)).toEqual([])
    expect(events).toMatchObject([
      {
        type: 'approval-void',
        actor: 'bot',
        data: {
          reason: 'evaluator/production was rotated again',
          reopened: ['integration-verification'],
        },
      },
    ])
  })
})
