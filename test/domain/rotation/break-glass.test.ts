import { describe, expect, it } from 'vitest'
import { isOnHold } from '#domain/revocations/verified-versions'
import {
  acknowledgeBreakGlass,
  breakGlassObstacle,
  isBreakGlass,
  requestBreakGlass,
} from '#domain/rotation/break-glass'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { environmentsLeft, promoteEnvironment, voidApproval } from '#domain/rotation/promotion'
import { Refusal } from '#domain/rotation/refusal'
import { requestRun } from '#domain/rotation/runs'
import { assertSignable, reject } from '#domain/rotation/sign-off'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import { aRevocation } from '#test/support/revocation-builder'
import {
  AI_OPS_OWNER,
  aBreakGlass,
  aRotation,
  DEVOPS_LEAD,
  minutesIn,
  nineTokens,
  OPERATOR,
  PRODUCTION,
  type RotationParts,
} from '#test/support/rotation-builder'

const AT = minutesIn(60)
const SITUATION = { checks: [], results: [], maxAgeMinutes: 15 }
const PENDING = aBreakGlass({ acknowledgedAt: null, acknowledgedBy: null, role: null })

/** R42, a credential anomaly whose tokens have new versions. */
const anomaly = (parts: RotationParts = {}) =>
  aRotation({ trigger: 'credential-anomaly', severity: 'P1', done: 3, tokens: nineTokens(9), ...parts })

const codeOf = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return 'why' in error.details ? error.details.why : error.code
    throw error
  }
  return null
}

describe('asking to deploy before the sign-offs', () => {
  const ask = (parts: RotationParts = {}, reason = 'agents are refused') =>
    requestBreakGlass(anomaly(parts), { by: OPERATOR, at: AT, reason }, DEFAULT_ENVIRONMENTS)

  it('records who asks and why, and deploys nothing yet', () => {
    const { rotation, events } = ask()
    expect(events).toMatchObject([{ type: 'break-glass-requested', actor: OPERATOR }])
    expect(rotation.breakGlass).toMatchObject({ requestedBy: OPERATOR, acknowledgedAt: null, round: 1 })
    expect(isBreakGlass(rotation)).toBe(false)
    expect(environmentsLeft(rotation, DEFAULT_ENVIRONMENTS)).toEqual([])
    const again = requestBreakGlass(
      rotation,
      { by: OPERATOR, at: AT, reason: 'agents are refused' },
      DEFAULT_ENVIRONMENTS,
    )
    expect(again.events).toEqual([])
  })

  it.each<[string, RotationParts, unknown]>([
    ['a policy hit', { trigger: 'policy-hit' }, 'no-anomaly'],
    ['a drill', { trigger: 'chaos-drill' }, 'no-anomaly'],
    ['before the new versions exist', { done: 2 }, 'no-new-versions'],
    [
      'without an environment that waits',
      { tokens: nineTokens(9).filter((each) => each.environment === 'staging') },
      'nothing-to-deploy',
    ],
    ['a second time', { breakGlass: PENDING }, 'requested'],
    ['after the acknowledgement', { breakGlass: aBreakGlass() }, 'acknowledged'],
    ['in another round', { breakGlass: aBreakGlass(), round: 2 }, null],
  ])('is refused for %s', (_, parts, why) => {
    expect(codeOf(() => ask(parts, 'another reason'))).toBe(why)
    expect(breakGlassObstacle(anomaly(parts), DEFAULT_ENVIRONMENTS)).toBe(why)
  })

  it('needs a reason', () => {
    expect(codeOf(() => ask({}, ' '))).toBe('reason-missing')
  })
})

describe('an approver’s acknowledgement', () => {
  const acknowledge = (by: string, parts: RotationParts = {}) =>
    acknowledgeBreakGlass(anomaly({ breakGlass: PENDING, ...parts }), {
      by,
      at: AT,
      role: 'devops-lead',
      delegateOf: null,
    })

  it('lets production be deployed to and verified, and both roles still sign', () => {
    const { rotation, events } = acknowledge(DEVOPS_LEAD)
    expect(events).toMatchObject([
      { type: 'break-glass', actor: DEVOPS_LEAD, data: { requestedBy: OPERATOR, role: 'devops-lead' } },
    ])
    const run = requestRun(rotation, { kind: 'deploy', system: 'ci', environment: PRODUCTION }, OPERATOR, AT)
    expect(run.events).toMatchObject([{ type: 'run-requested' }])
    const promoted = promoteEnvironment(rotation, PRODUCTION, DEFAULT_ENVIRONMENTS, SITUATION, AT).rotation
    expect(promoted).toMatchObject({ status: 'open', promoted: [{ environment: 'production' }] })
    const row = aRevocation({ revoker: 'bot', environment: 'production', verifiedAt: AT })
    expect(isOnHold(rotation, row, DEFAULT_ENVIRONMENTS)).toBe(true)
    expect(isOnHold(promoted, row, DEFAULT_ENVIRONMENTS)).toBe(false)
    const done = { ...promoted, steps: anomaly({ done: 5 }).steps }
    expect(codeOf(() => assertSignable(done, 'devops-lead', DEVOPS_LEAD))).toBeNull()
    expect(signOffDigest(promoted)).not.toBe(signOffDigest({ ...promoted, breakGlass: null }))
  })

  it.each<[string, string, RotationParts, unknown]>([
    [
      'by who asked for it',
      AI_OPS_OWNER,
      { breakGlass: { ...PENDING, requestedBy: AI_OPS_OWNER } },
      'own-request',
    ],
    ['by the owner', OPERATOR, { breakGlass: { ...PENDING, requestedBy: 'U0ONCALL' } }, 'owner-cannot-sign'],
    [
      'by who worked on it',
      'U0WORKER',
      { completions: { 'inventory-review': { by: 'U0WORKER' } } },
      'worker-cannot-sign',
    ],
    ['when nobody asks', DEVOPS_LEAD, { breakGlass: null }, 'not-requested'],
    ['of an earlier round', DEVOPS_LEAD, { round: 2 }, 'not-requested'],
    ['after another approver’s', AI_OPS_OWNER, { breakGlass: aBreakGlass() }, 'acknowledged'],
  ])('is refused %s', (_, by, parts, why) => {
    expect(codeOf(() => acknowledge(by, parts))).toBe(why)
  })

  it('twice by the same approver changes nothing', () => {
    expect(acknowledge(DEVOPS_LEAD, { breakGlass: aBreakGlass() }).events).toEqual([])
  })

  it('keeps who asked for it from signing', () => {
    const done = anomaly({ done: 5, breakGlass: aBreakGlass({ requestedBy: AI_OPS_OWNER }) })
    expect(codeOf(() => assertSignable(done, 'ai-ops-owner', AI_OPS_OWNER))).toBe('worker-cannot-sign')
  })
})

describe('break-glass ends', () => {
  const granted = (parts: RotationParts = {}) => anomaly({ breakGlass: aBreakGlass(), ...parts })

  it('with a rejection', () => {
    const rotation = granted({ done: 5 })
    const rejection = { role: 'ai-ops-owner', by: AI_OPS_OWNER, at: AT, reason: 'no', digest: 'd' } as const
    const { rotation: after } = reject(rotation, { ...rejection, reopen: ['audit-logging'] })
    expect([isBreakGlass(rotation), isBreakGlass(after)]).toEqual([true, false])
  })

  it('when a token gets another version after production was verified', () => {
    const rotation = granted({ promoted: [{ environment: 'production', at: AT }] })
    const { rotation: after, events } = voidApproval(rotation, 'another version', AT)
    expect(events).toMatchObject([{ type: 'approval-void' }])
    expect(after.promoted).toEqual([])
    expect(isBreakGlass(after)).toBe(false)
  })

  it('when step 3 is not done', () => {
    expect(isBreakGlass(granted({ done: 2 }))).toBe(false)
  })
})
