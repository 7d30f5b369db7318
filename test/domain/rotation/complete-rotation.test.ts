import { describe, expect, it } from 'vitest'
import type { Revocation } from '#domain/revocations/revocation'
import { completeRotation } from '#domain/rotation/complete-rotation'
import { ROTATION_STATUSES } from '#domain/rotation/rotation'
import { aRevocation } from '#test/support/revocation-builder'
import { aRotation, minutesIn, nineTokens } from '#test/support/rotation-builder'

const AT = minutesIn(200)
const retiring = (renewed = 9) => aRotation({ done: 5, status: 'retiring', tokens: nineTokens(renewed) })
const rows = (...states: Revocation['state'][]) =>
  states.map((state, index) => aRevocation({ state, versionId: `v${index}` }))

describe('a rotation is complete', () => {
  it('when every old version is proven revoked, or recorded by a person', () => {
    const { rotation, events } = completeRotation(retiring(), rows('proven', 'recorded', 'proven'), AT)
    expect(rotation).toMatchObject({ status: 'complete', closedAt: AT })
    expect(events).toEqual([
      {
        type: 'rotation-completed',
        rotationId: 42,
        actor: 'bot',
        at: AT,
        data: { proven: 2, recorded: 1 },
      },
    ])
  })

  it('at once when it replaced nothing', () => {
    expect(completeRotation(retiring(), [], AT).rotation.status).toBe('complete')
  })
})

describe('a rotation is not complete', () => {
  it.each<[string, Revocation['state'][]]>([
    ['while one old version is not proven revoked', ['proven', 'waiting']],
    ['while one is in use again', ['recorded', 'in-use']],
    ['while none is revoked', ['waiting', 'waiting']],
  ])('%s', (_, states) => {
    const rotation = retiring()
    expect(completeRotation(rotation, rows(...states), AT)).toEqual({ rotation, events: [] })
  })

  it('while nobody saw one of its tokens rotated', () => {
    const rotation = retiring(8)
    expect(completeRotation(rotation, [], AT)).toEqual({ rotation, events: [] })
    const [unseen] = rotation.tokens.slice(8)
    const recorded = aRevocation({ secret: unseen?.secret ?? '', state: 'recorded' })
    expect(completeRotation(rotation, [recorded], AT).rotation.status).toBe('complete')
  })

  it.each(ROTATION_STATUSES.filter((status) => status !== 'retiring'))('out of the status %s', (status) => {
    const rotation = aRotation({ done: 5, status })
    expect(completeRotation(rotation, rows('proven'), AT)).toEqual({ rotation, events: [] })
  })
})
