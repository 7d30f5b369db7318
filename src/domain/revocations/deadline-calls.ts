import type { Instant } from '#domain/rotation/rotation'
import { deadlineOf, isOverdue, type Revocation } from './revocation.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** How long before the deadline of an old version people are reminded, also at night. */
export const REMIND_BEFORE_HOURS = 6

/** How long before the deadline on-call is paged. */
export const PAGE_BEFORE_HOURS = 2

/** How long before the deadline on-call is paged for a decision, which needs more time than a deployment. */
export const DECIDE_BEFORE_HOURS = 6

/** An overdue version that nobody acknowledged is paged again after this long. */
export const PAGE_AGAIN_MINUTES = 30

/** The secrets of one rotation are replaced one after the other; their deadlines count as one within this time. */
const TOGETHER_MS = 15 * MINUTE

/**
 * What people must do about an old version before its deadline. `deployment`: its environment is not verified to run on the new
 * one. `use`: it is, but agents still use the old one, or nobody knows. `decision`: the bot cannot go on by itself.
 */
export type Awaited = 'deployment' | 'use' | 'decision'

/** What people must do about an old version; null when nothing. */
export function awaitedOf(row: Revocation): Awaited | null {
  if (row.state !== 'waiting' || row.issuer === 'destroyed') return null
  if (row.stage === 'person') return 'decision'
  if (row.forcedAt !== null || row.issuer === 'disabled') return null
  if (row.verifiedAt === null || row.stage === 'deployment') return 'deployment'
  return row.stage === 'use' ? 'use' : null
}

/** The versions for which people must do one of these things. */
export const awaiting = (rows: Revocation[], ...what: Awaited[]): Revocation[] =>
  rows.filter((row) => what.some((each) => each === awaitedOf(row)))

/** Whether a deadline is at most this many hours away, and not reached yet. */
export function isNear(deadline: Instant, hours: number, now: Instant): boolean {
  const left = Date.parse(deadline) - Date.parse(now)
  return left > 0 && left <= hours * HOUR
}

/** Whether a person should see now how to decide: somebody must, or a deadline of a version that people need is near or past. */
export const isDecisionWanted = (rows: Revocation[], now: Instant): boolean =>
  rows.some((row) => {
    const awaited = awaitedOf(row)
    if (awaited === 'decision' || isOverdue(row, now)) return true
    return awaited !== null && now >= hoursBefore(deadlineOf(row), PAGE_BEFORE_HOURS)
  })

export const earliestDeadline = (rows: Revocation[]): Instant | null => rows.map(deadlineOf).sort()[0] ?? null

/** A time before a deadline. */
export const hoursBefore = (deadline: Instant, hours: number): Instant =>
  new Date(Date.parse(deadline) - hours * HOUR).toISOString()

/**
 * Names a deadline of a rotation, the same for all versions that were replaced together, whichever of them are resolved meanwhile.
 *
 * @param tracked every old version of the rotation
 */
export function deadlineName(deadline: Instant, tracked: Revocation[]): Instant {
  const from = Date.parse(deadline) - TOGETHER_MS
  const together = tracked.map(deadlineOf).filter((each) => each <= deadline && Date.parse(each) > from)
  return together.sort()[0] ?? deadline
}
