import { Refusal } from '#domain/rotation/refusal'
import { type Instant, isClosed, type Role, type Rotation } from '#domain/rotation/rotation'
import { type Calendar, type Day, dayName, endOfDay } from '#domain/time/calendar'
import { readDay } from '#domain/time/read-day'

/** A person who signs on behalf of an approver until the end of a day. */
export interface Delegation {
  role: Role
  from: string
  to: string
  /** The last day, in the configured time zone. */
  lastDay: Day
  until: Instant
  at: Instant
}

export interface Account {
  id: string
  name: string
  isBot: boolean
  deactivated: boolean
  /** Restricted to some channels. */
  isGuest: boolean
  /** Of another workspace, in a shared channel. */
  isOutsider: boolean
}

export interface DelegationRequest {
  role: Role
  from: string
  to: Account | null
  /** `2026-12-03`, as it was typed. */
  lastDay: string
  at: Instant
}

export interface DelegationFacts {
  calendar: Calendar
  rotations: Rotation[]
  otherHolders: string[]
  otherRole: Role
}

const LONGEST_DAYS = 90

/**
 * Delegates a role to another person. The caller checks that `from` holds the role.
 * @throws Refusal `not-a-day`, `day-past`, `day-too-far`, `delegate-not-eligible`
 */
export function delegate(request: DelegationRequest, facts: DelegationFacts): Delegation {
  const { role, from, to, at } = request
  const { calendar, rotations, otherHolders, otherRole } = facts
  const last = readDay(request.lastDay, { calendar, now: at, earliest: 0, latest: LONGEST_DAYS })
  if (!to) throw new Refusal('delegate-not-eligible', { why: 'unknown' })
  const unfit = (why: 'yourself' | 'bot' | 'deactivated' | 'guest' | 'outsider') =>
    new Refusal('delegate-not-eligible', { why })
  if (to.id === from) throw unfit('yourself')
  if (to.isBot) throw unfit('bot')
  if (to.deactivated) throw unfit('deactivated')
  if (to.isOutsider) throw unfit('outsider')
  if (to.isGuest) throw unfit('guest')
  const owned = rotations.find((rotation) => !isClosed(rotation) && rotation.ownerId === to.id)
  if (owned) throw new Refusal('delegate-not-eligible', { why: 'owner', rotation: owned.id })
  if (otherHolders.length === 1 && otherHolders[0] === to.id)
    throw new Refusal('delegate-not-eligible', { why: 'other-role', role: otherRole })
  return { role, from, to: to.id, lastDay: dayName(last), until: endOfDay(calendar, last), at }
}
