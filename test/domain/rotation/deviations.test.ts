import { describe, expect, it } from 'vitest'
import type { DeploymentSeen } from '#domain/ports/systems'
import { exposedEnvironments, recordDeviations, unsignedElsewhere } from '#domain/rotation/deviations'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import {
  aRotation,
  aRun,
  minutesIn,
  NOW,
  nineTokens,
  PRODUCTION,
  STAGING,
} from '#test/support/rotation-builder'

/** Every token has its new version since minute 30. */
const renewed = (parts = {}) => aRotation({ done: 3, tokens: nineTokens(9), ...parts })

const deployment = (parts: Partial<DeploymentSeen> = {}): DeploymentSeen => ({
  id: 71,
  environment: 'production',
  runId: 8840,
  workflow: 'release.yml',
  url: 'https://github.example/flashfusion/agents/actions/runs/8840/job/1',
  startedBy: 'octocat',
  startedAt: minutesIn(40),
  finishedAt: minutesIn(45),
  ...parts,
})

const record = (rotation: ReturnType<typeof renewed>, ...deployments: DeploymentSeen[]) =>
  recordDeviations(rotation, PRODUCTION, deployments, NOW)

describe('a deployment by others before the sign-offs', () => {
  it('is recorded once, and changes what is signed', () => {
    const before = renewed()
    const { rotation, events } = record(before, deployment())
    expect(rotation.deviations).toMatchObject([
      { environment: 'production', startedBy: 'octocat', runId: 8840 },
    ])
    expect(events.map(({ type }) => type)).toEqual(['deviation-recorded'])
    expect(record(rotation, deployment()).events).toEqual([])
    expect(signOffDigest(rotation)).not.toBe(signOffDigest(before))
  })

  it.each([
    ['began before the first new token', deployment({ startedAt: minutesIn(29) })],
    ['has not succeeded', deployment({ finishedAt: null })],
    ['has not begun', deployment({ startedAt: null })],
  ])('is none when it %s', (_, seen) => {
    expect(record(renewed(), seen).events).toEqual([])
  })

  it('is none when it is the run of the rotation itself', () => {
    const own = aRun({ kind: 'deploy', environment: 'production', runId: 8840 })
    expect(record(renewed({ runs: [own] }), deployment()).events).toEqual([])
  })

  it('is none without a new token, or once both roles have signed', () => {
    expect(record(aRotation({ tokens: nineTokens(0) }), deployment()).events).toEqual([])
    expect(record(renewed({ status: 'promoting', done: 5 }), deployment()).events).toEqual([])
  })

  it('is looked for only where a new token waits for the sign-offs', () => {
    const names = (rotation: ReturnType<typeof renewed>) =>
      exposedEnvironments(rotation, DEFAULT_ENVIRONMENTS).map(({ name }) => name)
    expect(names(renewed())).toEqual(['production'])
    expect(names(aRotation({ tokens: nineTokens(0) }))).toEqual([])
    expect(names(renewed({ status: 'promoting', done: 5 }))).toEqual([])
  })
})

describe('another rotation with an unsigned version in an environment', () => {
  const other = renewed({ id: 41 })

  it('keeps everybody from deploying there', () => {
    expect(unsignedElsewhere(renewed(), PRODUCTION, [other])?.id).toBe(41)
  })

  it('does not, once it is signed or closed, has no new version there, or where deployments come first', () => {
    for (const status of ['promoting', 'retiring', 'complete', 'aborted'] as const)
      expect(unsignedElsewhere(renewed(), PRODUCTION, [{ ...other, status }])).toBeNull()
    expect(unsignedElsewhere(renewed(), PRODUCTION, [{ ...other, tokens: nineTokens(0) }])).toBeNull()
    expect(unsignedElsewhere(renewed(), STAGING, [other])).toBeNull()
    expect(unsignedElsewhere(other, PRODUCTION, [other])).toBeNull()
  })
})
