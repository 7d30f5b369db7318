import { describe, expect, it } from 'vitest'
import { abortRotation } from '#domain/rotation/abort-rotation'
import type { Environment } from '#domain/rotation/environments'
import { assertInOrder } from '#domain/rotation/promotion'
import type { Rotation } from '#domain/rotation/rotation'
import { observeRun, requestRun, smokeAfter } from '#domain/rotation/runs'
import { promoting } from '#test/support/promotion-builder'
import {
  aRotation,
  aRun,
  aToken,
  DEVOPS_LEAD,
  minutesIn,
  nineTokens,
  OPERATOR,
  PRODUCTION,
  STAGING,
} from '#test/support/rotation-builder'

const EU: Environment = { ...PRODUCTION, name: 'production-eu' }
const TOKENS = [...nineTokens(9), aToken({ agent: 'evaluator', environment: EU.name })]
const AT = minutesIn(150)

describe('a deployment after the sign-offs', () => {
  const deploy = (rotation: Rotation, environment: Environment, by = OPERATOR) =>
    requestRun(rotation, { kind: 'deploy', system: 'ci', environment }, by, AT)
  const staged = aRun({ kind: 'deploy', environment: 'staging' })

  it('is counted on over all environments, and says where it deploys', () => {
    const { rotation, events } = deploy(promoting({ runs: [staged] }).rotation, PRODUCTION)
    expect(rotation.runs.at(-1)).toMatchObject({ kind: 'deploy', environment: 'production', attempt: 2 })
    expect(events).toMatchObject([
      { type: 'run-requested', data: { kind: 'deploy', attempt: 2, environment: 'production' } },
    ])
  })

  it('runs beside no other, whichever environment it is for', () => {
    const one = deploy(promoting({ tokens: TOKENS }).rotation, PRODUCTION).rotation
    const refused = (isSame: boolean) =>
      expect.objectContaining({
        code: 'run-in-progress',
        details: { kind: 'deploy', environment: 'production', url: null, isSame },
      })
    expect(() => deploy(one, EU, DEVOPS_LEAD)).toThrow(refused(false))
    expect(() => deploy(one, PRODUCTION, DEVOPS_LEAD)).toThrow(refused(true))
    expect(deploy(one, PRODUCTION).events).toEqual([])
  })

  it('waits until the environments before it are verified', () => {
    const order = [PRODUCTION, EU]
    const { rotation } = promoting({ tokens: TOKENS })
    const first = { ...rotation, promoted: [{ environment: PRODUCTION.name, at: AT }] }
    expect(() => assertInOrder(rotation, EU, order)).toThrow('environment-waits')
    expect(() => assertInOrder(rotation, PRODUCTION, order)).not.toThrow()
    expect(() => assertInOrder(first, EU, order)).not.toThrow()
    expect(() => assertInOrder(first, PRODUCTION, order)).not.toThrow()
  })

  const seen = {
    state: 'succeeded',
    conclusion: 'success',
    runId: 9,
    url: 'https://ci.example/9',
    startedAt: AT,
    finishedAt: AT,
  } as const

  it('is followed to its end after an abort, and nothing follows it', () => {
    const smoky = { ...PRODUCTION, smoke: true }
    const { rotation } = abortRotation(
      deploy(promoting().rotation, smoky).rotation,
      OPERATOR,
      AT,
      'a mistake',
    )
    const run = { kind: 'deploy', attempt: 1, requestedBy: OPERATOR } as const
    const after = smokeAfter(observeRun(rotation, run, seen, AT), run, smoky, AT)
    expect(after.rotation.runs).toMatchObject([{ kind: 'deploy', state: 'succeeded' }])
    expect(after.events.map((event) => event.type)).toEqual(['run-started', 'run-finished'])
  })

  it.each<[string, Partial<Environment>, string[]]>([
    ['is followed by the smoke suite where there is one', { smoke: true }, ['deploy', 'smoke']],
    ['is followed by nothing where there is none', { smoke: false }, ['deploy']],
  ])('%s', (_, parts, kinds) => {
    const environment = { ...PRODUCTION, ...parts }
    const run = { kind: 'deploy', attempt: 1, requestedBy: OPERATOR } as const
    const { rotation } = deploy(promoting().rotation, environment)
    const after = smokeAfter(observeRun(rotation, run, seen, AT), run, environment, AT)
    expect(after.rotation.runs.map((each) => each.kind)).toEqual(kinds)
    expect(after.rotation.runs.every((each) => each.environment === 'production')).toBe(true)
  })

  it('that failed is followed by no smoke suite', () => {
    const run = { kind: 'deploy', attempt: 1, requestedBy: OPERATOR } as const
    const failed = { ...seen, state: 'failed', conclusion: 'failure' } as const
    const { rotation } = requestRun(
      aRotation({ done: 3 }),
      { kind: 'deploy', system: 'ci', environment: STAGING },
      OPERATOR,
      AT,
    )
    expect(smokeAfter(observeRun(rotation, run, failed, AT), run, STAGING, AT).rotation.runs).toHaveLength(1)
    expect(smokeAfter(observeRun(rotation, run, seen, AT), run, STAGING, AT).rotation.runs).toMatchObject([
      { kind: 'deploy' },
      { kind: 'smoke', environment: 'staging', requestedBy: OPERATOR },
    ])
  })
})
