import { describe, expect, it } from 'vitest'
import type { EventType, NewEvent } from '#domain/rotation/events'
import { Refusal } from '#domain/rotation/refusal'
import type { Rotation } from '#domain/rotation/rotation'
import { assertSeparateDuties } from '#domain/rotation/separation-of-duties'
import { recordWork } from '#domain/rotation/work'
import { WORK_TYPES } from '#domain/rotation/work-types'
import { aRotation, aSignOff, DEVOPS_LEAD, minutesIn, OPERATOR } from '#test/support/rotation-builder'

const DELEGATE = 'U0DELEGATE'

const eventOf = (type: EventType, actor: string) =>
  ({ type, rotationId: 42, actor, at: minutesIn(1), data: {} }) as unknown as NewEvent

const codeOf = (rotation: Rotation, by: string, delegateOf: string | null = null): string | null => {
  try {
    assertSeparateDuties(rotation, by, delegateOf)
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

describe('work on a rotation', () => {
  it.each(WORK_TYPES)('is %s: whoever did it cannot sign', (type) => {
    const rotation = recordWork(aRotation({ done: 5 }), [eventOf(type, DEVOPS_LEAD)])
    expect(codeOf(rotation, DEVOPS_LEAD)).toBe('worker-cannot-sign')
    expect(codeOf(rotation, 'U0STRANGER')).toBeNull()
    expect(codeOf(rotation, DELEGATE, DEVOPS_LEAD)).toBe('holder-cannot-sign')
  })

  it.each<EventType>([
    'checks-run',
    'escalated',
    'escalation-acknowledged',
    'signed-off',
    'rejected',
    'withdrawn',
    'break-glass',
    'delegated',
  ])('is not %s', (type) => {
    const rotation = aRotation({ done: 5 })
    expect(recordWork(rotation, [eventOf(type, DEVOPS_LEAD)])).toBe(rotation)
  })

  it('is noted once for each person and kind, and never for the bot', () => {
    const events = [
      eventOf('run-requested', OPERATOR),
      eventOf('run-requested', OPERATOR),
      eventOf('run-requested', 'bot'),
    ]
    expect(recordWork(aRotation(), events).work).toEqual([{ by: OPERATOR, did: 'run-requested' }])
  })
})

describe('a delegate', () => {
  it('is bound by what binds the person they sign for', () => {
    const done = aRotation({ done: 5 })
    expect(codeOf(done, DELEGATE, OPERATOR)).toBe('holder-cannot-sign')
    expect(codeOf({ ...done, ownerId: 'U0NEXT', formerOwners: [OPERATOR] }, DELEGATE, OPERATOR)).toBe(
      'holder-cannot-sign',
    )
    expect(codeOf(done, DELEGATE, DEVOPS_LEAD)).toBeNull()
  })

  it('is bound by their own work as well', () => {
    expect(codeOf(aRotation({ done: 5 }), OPERATOR, DEVOPS_LEAD)).toBe('owner-cannot-sign')
  })

  it('cannot give the second signature of the person who gave the first', () => {
    const signed = aRotation({ done: 5, signOffs: [aSignOff({ by: DEVOPS_LEAD })] })
    expect(codeOf(signed, DELEGATE, DEVOPS_LEAD)).toBe('holder-cannot-sign')
  })

  it('has used up the signature of the person who delegated', () => {
    const signed = aRotation({ done: 5, signOffs: [aSignOff({ by: DELEGATE, delegateOf: DEVOPS_LEAD })] })
    expect(codeOf(signed, DEVOPS_LEAD)).toBe('same-person-twice')
    expect(codeOf(signed, 'U0STRANGER', DEVOPS_LEAD)).toBe('holder-cannot-sign')
  })
})
