import type { Calendar } from '#domain/time/calendar'
import type { Instant, Rotation } from './rotation.ts'

/** `late`: a token was past its due date when renewed. `undated`: token ages unknown. */
export type Outcome = 'on-time' | 'late' | 'undated' | 'incident' | 'drill' | 'aborted'

export interface ClosedRotation extends Pick<Rotation, 'id' | 'trigger'> {
  status: 'complete' | 'aborted'
  closedAt: Instant
  /** Days past the due date of the latest token when renewed; negative when early, null when unknown. */
  daysLate: number | null
}

export interface Renewal {
  previousAt: Instant | null
  renewedAt: Instant
  cadenceDays: number
}

/** The largest number of days late among these renewals; null when unknown. */
export function daysLate(renewals: Renewal[], calendar: Calendar): number | null {
  const dated = renewals.flatMap(({ previousAt, renewedAt, cadenceDays }) =>
    previousAt === null ? [] : calendar.dayNumber(renewedAt) - calendar.dayNumber(previousAt) - cadenceDays,
  )
  const most = dated.length === 0 ? null : Math.max(...dated)
  // One late token is enough for late; one of unknown age prevents on-time.
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
  outcomes: Outcome[]
  /** The rotations whose outcome is `late`. */
  late: LateRotation[]
}

/** A rotation with a token that was past its due date when renewed. */
export interface LateRotation {
  rotationId: number
  /** Days past the due date of the latest token, at least 1. */
  days: number
}

export const MONTHS = 12

export function yearBegin(now: Instant): Instant {
  const date = new Date(now)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - MONTHS + 1, 1)).toISOString()
}

/** The last twelve months including the present one, oldest first. */
export function rotationYear(rotations: ClosedRotation[], now: Instant): Month[] {
  const begin = new Date(yearBegin(now))
  const byMonth = Map.groupBy(
    [...rotations].sort((a, b) => a.closedAt.localeCompare(b.closedAt)),
    (rotation) => rotation.closedAt.slice(0, 7),
  )
  return Array.from({ length: MONTHS }, (_, index) => {
    const first = new Date(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + index, 1))
    const id = first.toISOString().slice(0, 7)
    const closed = byMonth.get(id) ?? []
    return { id, outcomes: closed.map(outcomeOf), late: closed.flatMap(lateness) }
  })
}

function lateness(rotation: ClosedRotation): LateRotation[] {
  if (outcomeOf(rotation) !== 'late') return []
  return [{ rotationId: rotation.id, days: Math.ceil(rotation.daysLate ?? 1) }]
}
