import type { Freshness, SecretReading } from '#domain/tokens/secret'
import type { Context } from '#src/context'

const MINUTE = 60_000

/**
 * A description of this age is recent, where the list shows no change since. Milliseconds. People decide
 * on results that are up to 15 minutes old (`checks.max-age-minutes`).
 */
const RECENT_MS = 5 * MINUTE

/** Nothing that was read before is used. */
export const asOfNow = (): Freshness => ({ describedSince: performance.now() })

/** Read within the last minutes, and not changed since as far as the list shows. */
export const asOfLately = (): Freshness => ({ describedSince: performance.now() - RECENT_MS })

/** However old, unless the list shows a change: then as it is now. */
export const unlessChanged: Freshness = { describedSince: 0 }

/** When the end of a rotation's newest run that changes secrets was seen, in milliseconds of a clock that nobody sets. */
const ends = new WeakMap<Context, Map<number, number>>()

/** Notes that such a run has ended. @returns as of then */
export function noteEnd(context: Context, rotationId: number): Freshness {
  const times = ends.get(context) ?? new Map<number, number>()
  ends.set(context, times)
  const describedSince = performance.now()
  times.set(rotationId, describedSince)
  return { describedSince }
}

/** Read after the end of the rotation's newest run and within the last minutes; as of now where its end was not seen here. */
export function asOfEnd(context: Context, rotationId: number): Freshness {
  const end = ends.get(context)?.get(rotationId) ?? performance.now()
  return { describedSince: Math.max(end, performance.now() - RECENT_MS) }
}

/** Reads several secrets, in the order given; what cannot be read says why. */
export const readSecrets = (
  context: Pick<Context, 'secrets'>,
  names: string[],
  freshness: Freshness,
): Promise<SecretReading[]> =>
  names.length === 0 ? Promise.resolve([]) : context.secrets.read(names, freshness)
