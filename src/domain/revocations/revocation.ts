import { BOT_ACTOR, type OldVersion } from '#domain/rotation/events'
import type { Instant, Revoker, Run } from '#domain/rotation/rotation'
import { parseInstant } from '#domain/time/parse-instant'
import type { TokenName } from '#domain/tokens/scope'
import type { SecretReading } from '#domain/tokens/secret'
import { currentVersion, type Secret } from '#domain/tokens/secret'
import { type IssuerState, lastIssuerState, proofByRun } from './issuer-state.ts'
import { revokeWithinHours } from './revocation-deadline.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Tags are set shortly after the version becomes current, and the workflow's clock may be slow. */
const PROMISE_TOLERANCE_MS = 15 * MINUTE
const GRACE_MS = MINUTE
/** A version unreadable at the deadline is often readable again within the hour. */
const UNREADABLE_MS = HOUR

/**
 * `waiting`: not proven revoked. `proven`: read in the secrets manager. `recorded`: stated by a person.
 * `in-use`: current again, or possibly never replaced, so it must not be revoked.
 * `rolled-back`: current again by a person's decision; the next rotation tracks it again.
 */
export type RevocationState = 'waiting' | 'proven' | 'recorded' | 'in-use' | 'rolled-back'

/** `replacedBy` of a version that may not have been replaced. */
export const UNKNOWN_SUCCESSOR = ''

/** A version that a newer one replaced, tracked until it is proven revoked. */
export interface ReplacedVersion extends TokenName {
  rotationId: number
  secret: string
  versionId: string
  replacedBy: string
  replacedAt: Instant
  dueAt: Instant
  /** The issuer's own date, read while the tags belonged to the replacing version; null when never seen. */
  promisedBy: Instant | null
  promiseSeenAt: Instant | null
  revoker: Revoker
  /** The credential anomaly that named it; such a version is never made valid again. */
  leakedIn: number | null
  /** Who decided to revoke it although agents may still use it. */
  forcedBy: string | null
  forcedAt: Instant | null
}

export interface Revocation extends ReplacedVersion {
  id: number
  state: RevocationState
  resolvedAt: Instant | null
  resolvedBy: string | null
  proof: string | null
  lastCheckedAt: Instant | null
  problem: string | null
  escalatedAt: Instant | null
  /** What the issuer did with it last, by the tag `revocation`, and when; null when nothing is known. */
  issuer: IssuerState | null
  issuerAt: Instant | null
  /** When its environment was verified to run on a newer version; null when it was not, or is to be verified again. */
  verifiedAt: Instant | null
  /** A later deadline that a person set. */
  extendedUntil: Instant | null
  /** The incident that superseded its rotation, and is not complete before it is revoked. */
  takenOverBy: number | null
  /** What its retirement waits for, and why, in words; null where nothing was decided yet. */
  stage: RetirementStage | null
  stageNote: string | null
  /** When it was last read as readable and labelled, and not refused by its issuer; null when the last reading said otherwise. */
  seenAliveAt: Instant | null
  /** Until when one that a person recorded as revoked is looked at; null for every other. */
  watchedUntil: Instant | null
}

/** How long a record is compared with what machines see. */
const RECORD_WATCHED_MS = 7 * 24 * HOUR

/** How far the retirement of an old version is. `person`: somebody must decide. */
export const RETIREMENT_STAGES = [
  'deployment',
  'use',
  'disabling',
  'watch',
  'destroying',
  'restoring',
  'person',
] as const
export type RetirementStage = (typeof RETIREMENT_STAGES)[number]

const later = (instant: Instant, ms: number): Instant => new Date(Date.parse(instant) + ms).toISOString()

/** @param rotation its trigger decides how long the old version may live */
export const revocationDue = (
  replacedAt: Instant,
  rotation: Parameters<typeof revokeWithinHours>[0],
): Instant => later(replacedAt, revokeWithinHours(rotation) * HOUR)

/** The issuer's date for the version before `versionId`; null unless the tags belong to `versionId`. */
function promiseBefore(secret: Secret, versionId: string): Instant | null {
  const by = parseInstant(secret.tags['previous-revoke-by'] ?? '')
  return secret.tags.version === versionId && !Number.isNaN(by) ? new Date(by).toISOString() : null
}

export const isPromiseInTime = (row: Pick<Revocation, 'promisedBy' | 'dueAt'>): boolean =>
  row.promisedBy !== null && row.promisedBy <= later(row.dueAt, PROMISE_TOLERANCE_MS)

export const isFromEarlierRotation = (promisedBy: Instant, replacedAt: Instant): boolean =>
  promisedBy < later(replacedAt, -PROMISE_TOLERANCE_MS)

/** When it must be revoked: what a person extended it to, the issuer's date when that is slightly later, or the due date. */
export function deadlineOf(row: Pick<Revocation, 'promisedBy' | 'dueAt' | 'extendedUntil'>): Instant {
  if (row.extendedUntil) return row.extendedUntil
  return row.promisedBy && row.promisedBy > row.dueAt && isPromiseInTime(row) ? row.promisedBy : row.dueAt
}

export const isOverdue = (row: Revocation, now: Instant): boolean =>
  row.state === 'waiting' && now >= later(deadlineOf(row), GRACE_MS)

/** A person recorded it as revoked: it is looked at for a while. */
export const recordedAt = (row: Revocation, at: Instant): Revocation => ({
  ...row,
  state: 'recorded',
  resolvedAt: at,
  watchedUntil: later(at, RECORD_WATCHED_MS),
})

/** The rotation that is not complete before it is revoked. */
export const holderOf = ({ takenOverBy, rotationId }: Revocation): number => takenOverBy ?? rotationId

/** A version as events name it. */
export const toOldVersion = ({ agent, environment, secret, versionId }: ReplacedVersion): OldVersion => ({
  agent,
  environment,
  secret,
  versionId,
})

/** Whether more may become known of it: neither proven nor recorded. */
export const isUnresolved = ({ state }: Revocation): boolean => state === 'waiting' || state === 'in-use'

export const pendingRevocations = (rows: Revocation[]): Revocation[] =>
  rows.filter((row) => row.state === 'waiting')

/** Stores the issuer's date when the tags belong to the direct successor and it was not rolled back. */
export function updatePromise<Row extends ReplacedVersion>(row: Row, secret: Secret, now: Instant): Row {
  const promisedBy = promiseBefore(secret, row.replacedBy)
  if (promisedBy === null || promisedBy === row.promisedBy) return row
  if (isFromEarlierRotation(promisedBy, row.replacedAt) || isTakenBack(row, secret)) return row
  return { ...row, promisedBy, promiseSeenAt: now }
}

function isTakenBack({ versionId, replacedBy }: ReplacedVersion, { versions }: Secret): boolean {
  const [own, successor] = [versionId, replacedBy].map((id) => versions.find((each) => each.id === id))
  return own !== undefined && successor !== undefined && own.createdAt > successor.createdAt
}

const isRunStage = ({ stage }: Revocation): boolean =>
  stage === 'disabling' || stage === 'destroying' || stage === 'restoring'

function distance(row: Revocation, now: Instant): number {
  // An agent that is refused may depend on it.
  if (row.revoker === 'bot' && row.issuer === 'disabled') return isRunStage(row) ? MINUTE : 5 * MINUTE
  if (row.state === 'in-use' || row.state === 'recorded') return 6 * HOUR
  if (row.escalatedAt) return Date.parse(now) - Date.parse(row.escalatedAt) < 24 * HOUR ? HOUR : 6 * HOUR
  if (row.revoker === 'bot') return isRunStage(row) ? MINUTE : 30 * MINUTE
  // The workflow may still set the date; after the deadline the version may become readable any time.
  return row.promisedBy && !isOverdue(row, now) ? HOUR : 5 * MINUTE
}

/** Whether one of its dates came since it was checked last. */
export function isAtDate(row: Revocation, now: Instant): boolean {
  const last = row.lastCheckedAt
  if (row.state !== 'waiting' || last === null) return false
  const moments = [row.promisedBy, row.dueAt, later(deadlineOf(row), GRACE_MS)]
  return moments.some((each) => each && last < each && each <= now)
}

/** Whether to check a version now: at each of its dates, and at intervals. */
export function isDueForRecheck(row: Revocation, now: Instant): boolean {
  if (row.state !== 'waiting' && row.state !== 'in-use' && row.watchedUntil === null) return false
  const last = row.lastCheckedAt
  // After a clock was set back, do not wait until it has caught up.
  if (last === null || last > now) return true
  return isAtDate(row, now) || Date.parse(now) - Date.parse(last) >= distance(row, now)
}

export interface RecheckResult {
  row: Revocation
  /** `contradicted`: a person recorded it as revoked, and it is alive. */
  notice: 'proven' | 'overdue' | 'contradicted' | null
}

/**
 * Applies a new reading. A missing label alone proves nothing. Where the workflow revokes, proven is a destroyed version, or one
 * without a label after the issuer's date; where the bot revokes, what its run wrote into the tag `revocation`.
 *
 * @param runs every run of the version's rotation
 * @param provenFor the proof of the same version for another rotation, such as the next one after this was aborted
 */
export function recheckRevocation(
  row: Revocation,
  { secret, problem }: SecretReading,
  now: Instant,
  runs: readonly Run[] = [],
  provenFor: string | null = null,
): RecheckResult {
  const checked = { ...row, lastCheckedAt: now, problem }
  if (!secret) return escalateOnce(checked, now, later(deadlineOf(row), UNREADABLE_MS))
  const current = currentVersion(secret)
  const issued = row.revoker === 'bot' ? { ...checked, ...lastIssuerState(row, secret, runs) } : checked
  const read = { ...issued, seenAliveAt: isAlive(issued, secret) ? now : null }
  if (row.state === 'recorded') return recheckRecord(read, secret, now, runs)
  if (current?.id === row.versionId) return { row: { ...read, state: 'in-use' }, notice: null }
  const restarted = restartDeadline(read, current?.id, now)
  const known = row.revoker === 'bot' ? restarted : updatePromise(restarted, secret, now)
  const own = row.revoker === 'bot' ? proofByRun(known, runs) : proofOf(known, secret, now)
  const proof = own ?? (known.issuer === 'destroyed' ? provenFor : null)
  if (proof)
    return {
      row: { ...known, state: 'proven', resolvedAt: now, resolvedBy: BOT_ACTOR, proof },
      notice: 'proven',
    }
  return escalateOnce(known, now, later(deadlineOf(known), GRACE_MS))
}

const isAlive = ({ versionId, issuer }: Revocation, { versions }: Secret): boolean =>
  issuer !== 'disabled' &&
  issuer !== 'destroyed' &&
  versions.some((each) => each.id === versionId && each.state === 'live')

/** What a person recorded is compared with what a machine sees. */
function recheckRecord(row: Revocation, secret: Secret, now: Instant, runs: readonly Run[]): RecheckResult {
  if (row.seenAliveAt) {
    const open = { resolvedAt: null, resolvedBy: null, proof: null, watchedUntil: null, escalatedAt: null }
    return { row: { ...row, ...open, state: 'waiting' }, notice: 'contradicted' }
  }
  const proof = row.revoker === 'bot' ? proofByRun(row, runs) : proofOf(row, secret, now)
  if (proof)
    return {
      row: { ...row, state: 'proven', resolvedAt: now, resolvedBy: BOT_ACTOR, proof, watchedUntil: null },
      notice: 'proven',
    }
  const isOver = row.watchedUntil !== null && now > row.watchedUntil
  return { row: isOver ? { ...row, watchedUntil: null } : row, notice: null }
}

function escalateOnce(row: Revocation, now: Instant, from: Instant): RecheckResult {
  if (row.escalatedAt || row.state !== 'waiting' || now < from) return { row, notice: null }
  return { row: { ...row, escalatedAt: now }, notice: 'overdue' }
}

/** A version was replaced again after being in use: its 24 h start now, because the exact time is unknown. */
function restartDeadline(row: Revocation, by: string | undefined, now: Instant): Revocation {
  if (row.state !== 'in-use' || !by) return row
  const restarted = {
    replacedBy: by,
    replacedAt: now,
    dueAt: later(now, Date.parse(row.dueAt) - Date.parse(row.replacedAt)),
  }
  return {
    ...row,
    ...restarted,
    state: 'waiting',
    promisedBy: null,
    promiseSeenAt: null,
    escalatedAt: null,
    verifiedAt: null,
    extendedUntil: null,
    // It was decided about a version that nobody had put into use again.
    ...(row.leakedIn === null && { forcedBy: null, forcedAt: null }),
  }
}

function proofOf(row: Revocation, secret: Secret, now: Instant): string | null {
  const version = secret.versions.find((each) => each.id === row.versionId)
  if (version?.state === 'destroyed') return 'the secrets manager shows it as destroyed'
  if (version?.state === 'live' || version?.current || version?.pending) return null
  if (!row.promisedBy || row.promisedBy > now) return null
  return `the issuer’s date, ${row.promisedBy}, has passed, and no label leads to it any more`
}

/** Why a version is overdue, to follow its name. */
export function overdueReason(row: Revocation, { secret, problem }: SecretReading, now: Instant): string {
  if (!secret) return `could not be read: ${problem}`
  if (row.revoker === 'bot') return row.stageNote ? `is not revoked: ${row.stageNote}` : 'is not revoked yet'
  const isLive = secret.versions.some((each) => each.id === row.versionId && each.state === 'live')
  if (!row.promisedBy)
    return isLive
      ? 'is still live, and no revocation date was ever seen for it'
      : 'has no label, but no revocation date was ever seen for it, so its revocation is not proven'
  if (row.promisedBy > now) return `will be revoked by ${row.promisedBy} according to the issuer`
  return `should have been revoked by ${row.promisedBy}, but is still live`
}
