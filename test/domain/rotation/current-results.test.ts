import { describe, expect, it } from 'vitest'
import type { CheckId } from '#domain/rotation/checks'
import { completeStep } from '#domain/rotation/complete-step'
import { countsSince, currentResults, exceptionCountsSince } from '#domain/rotation/current-results'
import type { StepId } from '#domain/rotation/steps'
import { EXAMPLE_CHECKS } from '#test/support/example-checks'
import {
  aCheck,
  anException,
  aRotation,
  aRun,
  aSignOff,
  aSubmission,
  minutesIn,
  OPENED,
  type RotationParts,
  RUNBOOK,
} from '#test/support/rotation-builder'

const reopened = (at: number, ...steps: StepId[]) =>
  aSignOff({ decision: 'rejected', at: minutesIn(at), reopened: steps })
const asked = (at: number, parts = {}) => aRun({ requestedAt: minutesIn(at), ...parts })

describe('which results count', () => {
  it.each<[string, RotationParts, StepId, string, CheckId?]>([
    ['since the rotation began', {}, 'inventory-review', OPENED],
    [
      'since the step was reopened',
      { signOffs: [reopened(50, 'inventory-review')] },
      'inventory-review',
      minutesIn(50),
    ],
    [
      'since it was reopened last',
      { signOffs: [reopened(50, 'inventory-review'), reopened(80, 'inventory-review')] },
      'inventory-review',
      minutesIn(80),
    ],
    [
      'as before when another step was reopened',
      { signOffs: [reopened(50, 'audit-logging')] },
      'inventory-review',
      OPENED,
    ],
    ['as before when it was signed', { signOffs: [aSignOff()] }, 'inventory-review', OPENED],
    [
      'since the newest run was asked for',
      { runs: [asked(20), asked(40)] },
      'rotation-execution',
      minutesIn(40),
    ],
    [
      'as before when a run of another kind was asked for',
      { runs: [asked(40, { kind: 'deploy' })] },
      'rotation-execution',
      OPENED,
    ],
    [
      'since the newest of its runs, whichever it is',
      { runs: [asked(30, { kind: 'deploy' }), asked(40, { kind: 'smoke' })] },
      'integration-verification',
      minutesIn(40),
      'deployed:staging',
    ],
    [
      'as before when another environment is deployed to and tested',
      {
        runs: [
          asked(30, { kind: 'deploy', environment: 'sandbox' }),
          asked(40, { kind: 'smoke', environment: 'production' }),
        ],
      },
      'integration-verification',
      OPENED,
      'deployed:staging',
    ],
    ['as before for the steps that the run is not of', { runs: [asked(40)] }, 'inventory-review', OPENED],
    [
      'since the later of both: the reopening',
      { runs: [asked(40)], signOffs: [reopened(50, 'rotation-execution')] },
      'rotation-execution',
      minutesIn(50),
    ],
    [
      'since the later of both: the run',
      { runs: [asked(60)], signOffs: [reopened(50, 'rotation-execution')] },
      'rotation-execution',
      minutesIn(60),
    ],
  ])('%s', (_, rotation, step, since, check = 'tags-correct') => {
    expect(countsSince(aRotation(rotation), step, check)).toBe(since)
  })

  it.each([
    ['was begun before and ended after', 39, 41, false],
    ['was begun at that very moment', 40, 41, true],
    ['was begun after', 41, 42, true],
  ])('a result that %s', (_, startedAt, finishedAt, counts) => {
    const at = { startedAt: minutesIn(startedAt), finishedAt: minutesIn(finishedAt) }
    const result = aCheck('tags-correct', 'passed', at)
    const other = aCheck('inventory-exported', 'passed', at)
    const rotation = aRotation({ runs: [asked(40)] })
    expect(currentResults(rotation, [result, other])).toEqual(counts ? [result, other] : [other])
  })
})

describe('an exception in the step that deploys and tests', () => {
  const since = (runs: RotationParts['runs'] = []) =>
    exceptionCountsSince(aRotation({ runs }), {
      step: 'integration-verification',
      check: 'deployed:staging',
    })

  it('is history once staging is deployed to again, and not because of a smoke test', () => {
    expect(since([asked(30, { kind: 'deploy' }), asked(40, { kind: 'smoke' })])).toBe(minutesIn(30))
    expect(since([asked(30, { kind: 'smoke' })])).toBe(OPENED)
  })

  it('still counts when another environment is deployed to', () => {
    expect(since([asked(30, { kind: 'deploy', environment: 'production' })])).toBe(OPENED)
  })
})

describe('an exception', () => {
  const complete = (rotation: RotationParts) => {
    const step = 'rotation-execution'
    return completeStep(aRotation({ done: 2, ...rotation }), step, aSubmission(step, { at: minutesIn(60) }), {
      checks: EXAMPLE_CHECKS.filter((each) => each.id === 'old-version-revoked'),
      results: [
        aCheck('old-version-revoked', 'failed', { startedAt: minutesIn(59), finishedAt: minutesIn(59) }),
      ],
      maxAgeMinutes: 15,
      runbook: RUNBOOK,
    })
  }
  const exceptions = (at: number, round = 1) => [anException({ at: minutesIn(at), round })]

  it('overrides a check when it was recorded after the run was requested', () => {
    expect(complete({ runs: [asked(40)], exceptions: exceptions(45) }).events).toMatchObject([
      { type: 'step-completed' },
    ])
  })

  it.each<[string, RotationParts]>([
    ['a new run was asked for', { runs: [asked(40), asked(50)], exceptions: exceptions(45) }],
    [
      'the step was reopened',
      { round: 2, signOffs: [reopened(50, 'rotation-execution')], exceptions: exceptions(45) },
    ],
    [
      'the step was reopened, even if it says it is of the new round',
      { round: 2, signOffs: [reopened(50, 'rotation-execution')], exceptions: exceptions(45, 2) },
    ],
  ])('is history once %s', (_, rotation) => {
    expect(() => complete(rotation)).toThrow('checks-not-passed')
  })
})
