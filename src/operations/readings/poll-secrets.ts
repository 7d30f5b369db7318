import { pauseBeforePoll } from '#domain/rotation/poll-pace'
import type { Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'

interface Asked {
  /** In milliseconds of a clock that nobody sets. */
  at: number
  /** Times in a row that showed nothing new. */
  unchanged: number
  /** The rotation's version before. */
  version: number
}

const lastAsked = new WeakMap<Context, Map<number, Asked>>()

/**
 * Whether to ask the secrets manager again how far it is with a rotation of its own: often while something changes, and seldom
 * while nothing does.
 */
export function isTimeToAsk(context: Context, { id, version }: Pick<Rotation, 'id' | 'version'>): boolean {
  const all = lastAsked.get(context) ?? new Map<number, Asked>()
  lastAsked.set(context, all)
  const last = all.get(id)
  const unchanged = last?.version === version ? last.unchanged + 1 : 0
  if (last && performance.now() - last.at < pauseBeforePoll(unchanged, context.waits.betweenPolls))
    return false
  all.set(id, { at: performance.now(), unchanged, version })
  return true
}
