import { describe, expect, it } from 'vitest'
import { chain, findChainBreak, GENESIS } from '#domain/rotation/event-chain'
import type { NewEvent, RotationEvent } from '#domain/rotation/events'

const events = (count: number): RotationEvent[] =>
  chain(
    GENESIS,
    Array.from(
      { length: count },
      (_, index): NewEvent => ({
        type: 'escalated',
        rotationId: 1,
        actor: 'U0OPERATOR',
        at: '2026-11-23T09:02:00.000Z',
        data: { reason: `reason ${index}` },
      }),
    ),
  )

const headOf = (history: RotationEvent[]) => {
  const last = history.at(-1)
  return last ? { count: last.count, hash: last.hash } : GENESIS
}

describe('the chain of events', () => {
  it('holds', () => {
    const history = events(5)
    expect(findChainBreak(history, [headOf(history)])).toBeNull()
  })

  it('shows a changed event, a missing one, and a changed order', () => {
    const history = events(5)
    const changed = history.map((event) => (event.count === 3 ? { ...event, actor: 'U0BYSTANDER' } : event))
    expect(findChainBreak(changed)).toContain('event 3')
    expect(findChainBreak(history.filter((event) => event.count !== 3))).toBe('event 3 is missing')
    expect(findChainBreak(history.toReversed())).toBeTruthy()
  })

  it('shows a cut tail and a rewrite from the start only by its witnesses', () => {
    const history = events(5)
    const witness = headOf(history)
    const cut = history.slice(0, 4)
    expect(findChainBreak(cut)).toBeNull()
    expect(findChainBreak(cut, [witness])).toContain('ends at event 4')
    const rewritten = chain(
      GENESIS,
      history.map((event) => ({ ...event, actor: 'U0BYSTANDER' }) as NewEvent),
    )
    expect(findChainBreak(rewritten)).toBeNull()
    expect(findChainBreak(rewritten, [witness])).toContain('differs from its witness')
  })

  it('does not depend on the order of an object’s keys', () => {
    const [event] = events(1)
    if (!event) throw new Error('one event')
    const shuffled = Object.fromEntries(Object.entries(event).toReversed()) as unknown
    expect(findChainBreak([shuffled as RotationEvent])).toBeNull()
  })
})
