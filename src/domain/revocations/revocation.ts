import { BOT_ACTOR } from '#domain/rotation/events'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import { revokeWithinHours } from '#domain/rotation/runs'
import { parseInstant } from '#domain/time/parse-instant'
import type { TokenName } from '#domain/tokens/scope'
import type { SecretReading } from '#domain/tokens/secret'
import { currentVersion, type Secret } from '#domain/tokens/secret'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/**
 * The workflow sets its tags a moment after the version becomes current, so its date may lie this much later; and where it
 * revokes at once, its clock may be this much behind.
 */
export const PROMISE_TOLERANCE_MS = 15 * MINUTE
/** An issuer that revokes at the minute needs that minute. */
const GRACE_MS = MINUTE
/** What cannot be read at the deadline may be readable again soon; what stays so needs somebody. */
const UNREADABLE_MS = HOUR

/**
 * `waiting`: nothing proves yet that it is revoked. `proven`: read in the secrets manager. `recorded`: a person says so.
 * `in-use`: somebody made it current again, or nobody could see whether it was replaced, so it is not to be revoked.
 */
export type RevocationState = 'waiting' | 'proven' | 'recorded' | 'in-use'

/** In place of the successor of a version that may not have been replaced. */
export const UNSEEN = ''

/** A version that a newer one replaced, to be kept in mind until it is proven revoked. */
export interface ReplacedVersion extends TokenName {
  rotationId: number
  secret: string
  versionId: string
  /** The version that became current in its place; `UNSEEN` when nobody could see whether one did. */
  replacedBy: string
  replacedAt: Instant
  /** By when the runbook wants it revoked. */
  dueAt: Instant
  /** The issuer's own date, as seen while the tags vouched for the version that replaced it; null when never seen. */
  promisedBy: Instant | null
  promiseSeenAt: Instant | null
}

/** A replaced version, and what is known of its revocation. */
export interface Revocation extends ReplacedVersion {
  id: number
  state: RevocationState
  resolvedAt: Instant | null
  /** A person's id, or `bot`. */
  resolvedBy: string | null
  /** What shows it, or what the person wrote, a sentence; null until it is settled. */
  proof: string | null
  lastLookedAt: Instant | null
  /** Why it could not be read the last time; null when it could. */
  problem: string | null
  escalatedAt: Instant | null
}

const later = (instant: Instant, ms: number): Instant => new Date(Date.parse(instant) + ms).toISOString()

/** @param rotation the one that replaced it: its trigger decides how long the old version may live */
export const revocationDue = (replacedAt: Instant, rotation: Pick<Rotation, 'trigger'>): Instant =>
  later(replacedAt, revokeWithinHours(rotation) * HOUR)

/** The issuer's date for the version before `versionId`, if the tags were set for that one; null when there is none. */
export function promiseBefore(secret: Secret, versionId: string): Instant | null {
  const by = parseInstant(secret.tags['previous-revoke-by'] ?? '')
  return secret.tags.version === versionId && !Number.isNaN(by) ? new Date(by).toISOString() : null
}

/** Whether the issuer's date keeps to the runbook's 24 h. */
export const isPromiseInTime = (row: Pick<Revocation, 'promisedBy' | 'dueAt'>): boolean =>
  row.promisedBy !== null && row.promisedBy <= later(row.dueAt, PROMISE_TOLERANCE_MS)

/** Whether a date is from before a version was replaced: it was left on the secret by a rotation before that. */
export const isLeftOver = (promisedBy: Instant, replacedAt: Instant): boolean =>
  promisedBy < later(replacedAt, -PROMISE_TOLERANCE_MS)

/** When it must be revoked: after 24 h, or at the issuer's date where that lies a moment later. */
export const deadlineOf = (row: Pick<Revocation, 'promisedBy' | 'dueAt'>): Instant =>
  row.promisedBy && row.promisedBy > row.dueAt && isPromiseInTime(row) ? row.promisedBy : row.dueAt

/** Whether somebody must be told that it is not proven. */
export const isOverdue = (row: Revocation, now: Instant): boolean =>
  row.state === 'waiting' && now >= later(deadlineOf(row), GRACE_MS)

/** Whether more may become known of it: neither proven nor recorded. */
export const isUnresolved = ({ state }: Revocation): boolean => state === 'waiting' || state === 'in-use'

/** What is still to be revoked: neither proven, nor recorded, nor in use again. */
export const stillToRevoke = (rows: Revocation[]): Revocation[] =>
  rows.filter((row) => row.state === 'waiting')

/**
 * Takes over the issuer's date while the tags speak for this version's direct successor. What is newer than its successor
 * was taken back: the date is for the one before both.
 */
export function notePromise<Row extends ReplacedVersion>(row: Row, secret: Secret, now: Instant): Row {
  const promisedBy = promiseBefore(secret, row.replacedBy)
  if (promisedBy === null || promisedBy === row.promisedBy) return row
  if (isLeftOver(promisedBy, row.replacedAt) || isTakenBack(row, secret)) return row
  return { ...row, promisedBy, promiseSeenAt: now }
}

function isTakenBack({ versionId, replacedBy }: ReplacedVersion, { versions }: Secret): boolean {
  const [own, successor] = [versionId, replacedBy].map((id) => versions.find((each) => each.id === id))
  return own !== undefined && successor !== undefined && own.createdAt > successor.createdAt
}

/** How long nobody need look again at a version, in milliseconds. */
function distance(row: Revocation, now: Instant): number {
  if (row.state === 'in-use') return 6 * HOUR
  if (row.escalatedAt) return Date.parse(now) - Date.parse(row.escalatedAt) < 24 * HOUR ? HOUR : 6 * HOUR
  // Without a date yet, the workflow may be about to set it; past the deadline, it may be readable any moment.
  return row.promisedBy && !isOverdue(row, now) ? HOUR : 5 * MINUTE
}

/** Whether it is time to look at a version again: at each of its dates, and from time to time. */
export function isDueForLook(row: Revocation, now: Instant): boolean {
  if (row.state !== 'waiting' && row.state !== 'in-use') return false
  const last = row.lastLookedAt
  // A clock that was set back must not keep anybody from looking until it has caught up.
  if (last === null || last > now) return true
  const moments = [row.promisedBy, row.dueAt, later(deadlineOf(row), GRACE_MS)]
  if (row.state === 'waiting' && moments.some((each) => each && last < each && each <= now)) return true
  return Date.parse(now) - Date.parse(last) >= distance(row, now)
}

export interface Look {
  row: Revocation
  /** What people are to be told, if anything. */
  news: 'proven' | 'overdue' | null
}

/**
 * What a reading says of a version that is still to be revoked. A missing label alone proves nothing: proven is what
 * the secrets manager calls destroyed, or what no label leads to any more once the issuer's own date has passed.
 */
export function lookAgain(row: Revocation, { secret, problem }: SecretReading, now: Instant): Look {
  const looked = { ...row, lastLookedAt: now, problem }
  if (!secret) return told(looked, now, later(deadlineOf(row), UNREADABLE_MS))
  const current = currentVersion(secret)
  if (current?.id === row.versionId) return { row: { ...looked, state: 'in-use' }, news: null }
  const known = notePromise(replacedAgain(looked, current?.id, now), secret, now)
  const proof = proofOf(known, secret, now)
  if (proof)
    return {
      row: { ...known, state: 'proven', resolvedAt: now, resolvedBy: BOT_ACTOR, proof },
      news: 'proven',
    }
  return told(known, now, later(deadlineOf(known), GRACE_MS))
}

function told(row: Revocation, now: Instant, from: Instant): Look {
  if (row.escalatedAt || row.state !== 'waiting' || now < from) return { row, news: null }
  return { row: { ...row, escalatedAt: now }, news: 'overdue' }
}

/** A version that was in use again and is no more: its 24 h begin anew, because nobody saw when. */
function replacedAgain(row: Revocation, by: string | undefined, now: Instant): Revocation {
  if (row.state !== 'in-use' || !by) return row
  const anew = {
    replacedBy: by,
    replacedAt: now,
    dueAt: later(now, Date.parse(row.dueAt) - Date.parse(row.replacedAt)),
  }
  return { ...row, ...anew, state: 'waiting', promisedBy: null, promiseSeenAt: null, escalatedAt: null }
}

function proofOf(row: Revocation, secret: Secret, now: Instant): string | null {
  const version = secret.versions.find((each) => each.id === row.versionId)
  if (version?.state === 'destroyed') return 'the secrets manager shows it as destroyed'
  if (version?.state === 'live' || version?.current || version?.pending) return null
  if (!row.promisedBy || row.promisedBy > now) return null
  return `the issuer’s date, ${row.promisedBy}, has passed, and no label leads to it any more`
}

/** Why a version counts as overdue, as words that follow its name. */
export function overdueReason(row: Revocation, { secret, problem }: SecretReading, now: Instant): string {
  if (!secret) return `could not be read: ${problem}`
  const alive = secret.versions.some((each) => each.id === row.versionId && each.state === 'live')
  if (!row.promisedBy)
    return alive
      ? 'is still alive, and no revocation date was ever seen for it'
      : 'has lost its label, but no revocation date was ever seen for it, so nothing proves that it is revoked'
  if (row.promisedBy > now) return `is to be revoked only by ${row.promisedBy}, says the issuer`
  return `was to be revoked by ${row.promisedBy}, but is still alive`
}
