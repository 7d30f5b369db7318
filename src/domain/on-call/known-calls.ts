import type { Instant } from '#domain/rotation/rotation'
import type { EscalationCause } from './escalation-cause.ts'

/** What a finder needs to know of an earlier call. */
export interface KnownCall {
  cause: EscalationCause
  occurrence: string
  notifies: boolean
  openedAt: Instant
  acknowledgedAt: Instant | null
  resolvedAt: Instant | null
}

/** The open call of a cause. */
export const openCall = (known: readonly KnownCall[], cause: EscalationCause): KnownCall | undefined =>
  known.findLast((each) => each.resolvedAt === null && each.cause === cause)

/** An occurrence of a cause that no call had yet: `name`, then `name:again:1`. */
export function unusedOccurrence(known: readonly KnownCall[], cause: EscalationCause, name: string): string {
  const earlier = known.filter((each) => each.cause === cause && isNamed(each, name)).length
  return earlier === 0 ? name : `${name}:again:${earlier}`
}

/** The open occurrence with this name, or one that no call had yet. */
export const namedOccurrence = (known: readonly KnownCall[], cause: EscalationCause, name: string): string =>
  known.findLast((each) => each.resolvedAt === null && each.cause === cause && isNamed(each, name))
    ?.occurrence ?? unusedOccurrence(known, cause, name)

const isNamed = ({ occurrence }: KnownCall, name: string): boolean =>
  occurrence === name || occurrence.startsWith(`${name}:again:`)
