import { describe, expect, it } from 'vitest'
import { completeStep } from '#domain/rotation/complete-step'
import { handOff } from '#domain/rotation/hand-off'
import type { Role, Rotation } from '#domain/rotation/rotation'
import { type Rejection, reject, signOff } from '#domain/rotation/sign-off'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import type { StepId } from '#domain/rotation/steps'
import {
  AI_OPS_OWNER,
  aRotation,
  aSubmission,
  DEVOPS_LEAD,
  minutesIn,
  OPERATOR,
  RUNBOOK,
} from '#test/support/rotation-builder'

const NEWCOMER = 'U0NEWCOMER'

const done = (): Rotation => aRotation({ done: 5 })

/** All steps done, one of them not by the operator. */
const completedBy = (by: string): Rotation =>
  aRotation({ done: 5, completions: { 'integration-verification': { by } } })

const sign = (rotation: Rotation, by: string, role: Role = 'devops-lead'): Rotation => {
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

const give = (rotation: Rotation, to: string): Rotation =>
  handOff(rotation, rotation.ownerId, minutesIn(55), to, '').rotation

const rejection = (parts: Partial<Rejection> = {}): Rejection => ({
  role: 'ai-ops-owner',
  by: AI_OPS_OWNER,
  at: minutesIn(65),
  reason: 'look again',
  reopen: ['integration-verification'],
  digest: 'd',
  ...parts,
})

const rejected = (rotation: Rotation, parts: Partial<Rejection> = {}): Rotation =>
  reject(rotation, rejection(parts)).rotation

const redone = (rotation: Rotation, by: string, step: StepId = 'integration-verification'): Rotation =>
  completeStep(rotation, step, aSubmission(step, { by, at: minutesIn(70) }), {
    checks: [],
    results: [],
    maxAgeMinutes: 15,
    runbook: RUNBOOK,
  }).rotation

describe('whose work it was', () => {
  it.each<[string, () => Rotation, string, string]>([
    ['the owner', done, OPERATOR, 'owner-cannot-sign'],
    ['who owned it before', () => give(done(), NEWCOMER), OPERATOR, 'owner-cannot-sign'],
    [
      'who owned it for a while, and did nothing',
      () => give(give(done(), DEVOPS_LEAD), NEWCOMER),
      DEVOPS_LEAD,
      'owner-cannot-sign',
    ],
    [
      'who completed a step that another did again',
      () => redone(rejected(completedBy(DEVOPS_LEAD)), OPERATOR),
      DEVOPS_LEAD,
      'worker-cannot-sign',
    ],
    [
      'who completed it the first of three times',
      () => redone(rejected(redone(rejected(completedBy(DEVOPS_LEAD)), OPERATOR)), OPERATOR),
      DEVOPS_LEAD,
      'worker-cannot-sign',
    ],
  ])('keeps %s from signing it', (_, rotation, by, code) => {
    expect(() => sign(rotation(), by)).toThrow(code)
    expect(sign(rotation(), 'U0STRANGER').signOffs.at(-1)).toMatchObject({ decision: 'approved' })
  })
})

describe('handing off', () => {
  it('is refused once a person has signed, for any new owner', () => {
    const signed = sign(done(), DEVOPS_LEAD)
    for (const to of [DEVOPS_LEAD, NEWCOMER])
      expect(() => handOff(signed, OPERATOR, minutesIn(61), to, '')).toThrow('signed-meanwhile')
  })

  it('is possible again once what was signed is rejected', () => {
    const after = give(rejected(sign(done(), DEVOPS_LEAD)), NEWCOMER)
    expect(after).toMatchObject({ ownerId: NEWCOMER, formerOwners: [OPERATOR] })
  })

  it('is refused to who owns it already, and of one that is closed', () => {
    expect(() => give(done(), OPERATOR)).toThrow('already-owner')
    expect(() => give({ ...done(), status: 'aborted' }, NEWCOMER)).toThrow('rotation-closed')
  })
})

describe('a rejection', () => {
  it('that is delivered again changes nothing', () => {
    const once = rejected(done())
    expect(reject(once, rejection({ at: minutesIn(66) }))).toEqual({ rotation: once, events: [] })
  })

  it('with the same reason is a new one after the steps were done again', () => {
    const again = reject(redone(rejected(done()), OPERATOR), rejection({ at: minutesIn(80) }))
    expect(again.rotation).toMatchObject({ round: 3, signOffs: [{ round: 1 }, { round: 2 }] })
    expect(again.events).toMatchObject([{ type: 'rejected', at: minutesIn(80) }])
    expect(again.rotation.steps.filter((step) => !step.completion).map((step) => step.id)).toEqual([
      'integration-verification',
    ])
  })

  it.each<[string, Partial<Rejection>]>([
    ['with another reason', { reason: 'something else' }],
    ['by somebody else', { by: DEVOPS_LEAD, role: 'devops-lead' }],
  ])('%s waits for the steps like every decision', (_, parts) => {
    expect(() => rejected(rejected(done()), parts)).toThrow('steps-open')
  })

  it('that is delivered again is refused, not repeated, once one of its two steps was done', () => {
    const two = { reopen: ['integration-verification', 'audit-logging'] as StepId[] }
    const half = redone(rejected(done(), two), OPERATOR)
    expect(() => rejected(half, two)).toThrow('steps-open')
  })
})
