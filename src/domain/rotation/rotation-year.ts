import type { Calendar } from '#domain/time/calendar'
import type { Instant, Rotation } from './rotation.ts'

/**
 * How a closed rotation counts: `late` when a token was older than its cadence when it got its new version, `undated` when
 * nobody knows how old its tokens were.
 */
export type Outcome = 'on-time' | 'late' | 'undated' | 'incident' | 'drill' | 'aborted'

/** What is kept of a closed rotation to judge it. */
export interface ClosedRotation extends Pick<Rotation, 'id' | 'trigger'> {
  status: 'complete' | 'aborted'
  closedAt: Instant
  /** The most days that one of its tokens was past its due date when renewed; negative when none was; null when not known. */
  daysLate: number | null
}

/** A token's new version, and the version that it replaced. */
export interface Renewal {
  /** When the replaced version was created; null when that is not known. */
  previousAt: Instant | null
  renewedAt: Instant
  cadenceDays: number
}

/** How late the latest of these renewals was, by the days that reminders go by. */
export function daysLate(renewals: Renewal[], calendar: Calendar): number | null {
  const dated = renewals.flatMap(({ previousAt, renewedAt, cadenceDays }) =>
    previousAt === null ? [] : calendar.dayNumber(renewedAt) - calendar.dayNumber(previousAt) - cadenceDays,
  )
  const most = dated.length === 0 ? null : Math.max(...dated)
  // One late token makes it late; one that nobody knows the age of keeps it from counting as in time.
  return dated.length < renewals.length && (most ?? 0) <= 0 ? null : most
}

export function outcomeOf({ status, trigger, daysLate }: ClosedRotation): Outcome {
  if (status === 'aborted') return 'aborted'
  if (trigger === 'chaos-drill') return 'drill'
  if (trigger === 'policy-hit' || trigger === 'credential-anomaly') return 'incident'
  if (daysLate === null) return 'undated'
  return daysLate > 0 ? 'late' : 'on-time'
}

export interface Month {
  /** `2026-11`, in UTC. */
  id: string
  /** In the order in which they closed. */
  outcomes: Outcome[]
}

export const MONTHS = 12

/** The first moment of the oldest of the twelve months that end with the present one, in UTC. */
export function yearBegin(now: Instant): Instant {
  const date = new Date(now)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - MONTHS + 1, 1)).toISOString()
}

/** The last twelve months, oldest first, the present one included. */
export function rotationYear(rotations: ClosedRotation[], now: Instant): Month[] {
  const begin = new Date(yearBegin(now))
  const byMonth = Map.groupBy(
    [...rotations].sort((a, b) => a.closedAt.localeCompare(b.closedAt)),
    (rotation) => rotation.closedAt.slice(0, 7),
  )
  return Array.from({ length: MONTHS }, (_, index) => {
    const first = new Date(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + index, 1))
    const id = first.toISOString().slice(0, 7)
    return { id, outcomes: (byMonth.get(id) ?? []).map(outcomeOf) }
  })
}
