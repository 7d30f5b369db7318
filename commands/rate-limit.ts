import { Refusal } from '#domain/rotation/refusal'

/** How often a person may ask: `burst` at once, then one every `everyMs` milliseconds. */
export interface Rate {
  burst: number
  everyMs: number
}

/** Limits what a person asks for, in this process. */
export interface RateLimit {
  /** Takes one of the person's requests. @throws Refusal `too-many` with the seconds to wait */
  take(user: string): void
}

const MOST_REMEMBERED = 10_000

/** Every person has their own; the clock is one that nobody sets. */
export function createRateLimit(
  { burst, everyMs }: Rate,
  now: () => number = () => performance.now(),
): RateLimit {
  /** Until when each person's requests are used up, in milliseconds. */
  const usedUntil = new Map<string, number>()
  return {
    take(user) {
      const at = now()
      const used = Math.max(at, usedUntil.get(user) ?? 0)
      if (used - at > (burst - 1) * everyMs)
        throw new Refusal('too-many', { seconds: Math.ceil((used - at - (burst - 1) * everyMs) / 1_000) })
      if (usedUntil.size >= MOST_REMEMBERED) usedUntil.clear()
      usedUntil.set(user, used + everyMs)
    },
  }
}
