import { Refusal } from '#domain/rotation/refusal'
import { type Instant, isClosed, type Role, type Rotation } from '#domain/rotation/rotation'
import { type Calendar, type Day, dayName, endOfDay } from '#domain/time/calendar'
import { readDay } from '#domain/time/read-day'

/** Somebody who stands in for a holder of an approver role until the end of a day. */
export interface Delegation {
  role: Role
  from: string
  to: string
  /** The last day, in the configured time zone. */
  lastDay: Day
  /** The moment at which it ends by itself. */
  until: Instant
  at: Instant
}

/** A person as the workspace knows them. */
export interface Account {
  id: string
  name: string
  isBot: boolean
  /** Whether the account was deactivated. */
  gone: boolean
}

export interface DelegationRequest {
  role: Role
  from: string
  /** The account, or null when the workspace knows nobody by this id. */
  to: Account | null
  /** `2026-12-03`, as it was typed. */
  lastDay: string
  at: Instant
}

/** What must be known besides what was asked for. */
export interface DelegationFacts {
  calendar: Calendar
  rotations: Rotation[]
  /** Who holds the other role, by the configuration. */
  otherHolders: string[]
  otherRole: Role
}

/** How long somebody may stand in; after that the configuration is to be changed instead. */
export const LONGEST_DAYS = 90

/**
 * Names a stand-in for a role. Whether the person holds the role is the caller's to check.
 *
 * @throws Refusal `not-a-day`, `day-past`, `day-too-far`, `delegate-unfit`
 */
export function delegate(request: DelegationRequest, facts: DelegationFacts): Delegation {
  const { role, from, to, at } = request
  const { calendar, rotations, otherHolders, otherRole } = facts
  const last = readDay(request.lastDay, { calendar, now: at, earliest: 0, latest: LONGEST_DAYS })
  if (!to) throw new Refusal('delegate-unfit', { why: 'unknown' })
  const unfit = (why: 'yourself' | 'bot' | 'gone') => new Refusal('delegate-unfit', { why })
  if (to.id === from) throw unfit('yourself')
  if (to.isBot) throw unfit('bot')
  if (to.gone) throw unfit('gone')
  const owned = rotations.find((rotation) => !isClosed(rotation) && rotation.ownerId === to.id)
  if (owned) throw new Refusal('delegate-unfit', { why: 'owner', rotation: owned.id })
  if (otherHolders.length === 1 && otherHolders[0] === to.id)
    throw new Refusal('delegate-unfit', { why: 'other-role', role: otherRole })
  return { role, from, to: to.id, lastDay: dayName(last), until: endOfDay(calendar, last), at }
}
