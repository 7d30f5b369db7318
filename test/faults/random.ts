/** Pseudo-random choices from a seed: the same seed gives the same choices on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** Picks by weights. */
  weighed<T>(from: readonly (readonly [weight: number, choice: T])[]): T
}

/** The generator mulberry32. @param seed a whole number */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    pick<T>(from: readonly T[]): T {
      const picked = from[whole(0, from.length - 1)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
    weighed<T>(from: readonly (readonly [weight: number, choice: T])[]): T {
      let left = next() * from.reduce((sum, [weight]) => sum + weight, 0)
      const picked = from.find(([weight]) => {
        left -= weight
        return left < 0
      })
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked[1]
    },
  }
}
