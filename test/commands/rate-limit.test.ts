import { describe, expect, it } from 'vitest'
import { createRateLimit } from '#commands/rate-limit'
import { Refusal } from '#domain/rotation/refusal'

describe('a person’s commands', () => {
  const limited = () => {
    let now = 1_000_000
    const limit = createRateLimit({ burst: 20, everyMs: 2_000 }, () => now)
    /** How many of so many are taken now. */
    const take = (count: number, user = 'U0OPERATOR') =>
      Array.from({ length: count }).filter(() => {
        try {
          limit.take(user)
          return true
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
          return false
        }
      }).length
    return { limit, take, pass: (ms: number) => (now += ms) }
  }

  it('are 20 at once, then one every two seconds', () => {
    const { take, pass } = limited()
    expect(take(25)).toBe(20)
    pass(1_999)
    expect(take(3)).toBe(0)
    pass(1)
    expect(take(3)).toBe(1)
    pass(6_000)
    expect(take(9)).toBe(3)
    pass(3_600_000)
    expect(take(25)).toBe(20)
  })

  it('are counted for each person', () => {
    const { take } = limited()
    expect(take(25)).toBe(20)
    expect(take(25, 'U0BYSTANDER')).toBe(20)
  })

  it('are refused with the seconds to wait', () => {
    const { limit, take, pass } = limited()
    take(20)
    pass(500)
    expect(() => limit.take('U0OPERATOR')).toThrow(
      expect.objectContaining({ code: 'too-many', details: { seconds: 2 } }),
    )
  })
})
