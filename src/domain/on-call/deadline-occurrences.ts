import {
  awaiting,
  DECIDE_BEFORE_HOURS,
  deadlineName,
  earliestDeadline,
  isNear,
  PAGE_AGAIN_MINUTES,
  PAGE_BEFORE_HOURS,
} from '#domain/revocations/deadline-calls'
import { deadlineOf, type Revocation } from '#domain/revocations/revocation'
import { type Instant, isClosed, ROLE_TITLES, type Rotation } from '#domain/rotation/rotation'
import { missingRoles } from '#domain/rotation/turn'
import { tokenLabel } from '#domain/tokens/scope'
import { type KnownCall, namedOccurrence, openCall, unusedOccurrence } from './known-calls.ts'

export interface DeadlineInput {
  rotation: Rotation
  /** Every old version of the rotation. */
  revocations: Revocation[]
  /** The versions that were reported as overdue, each with what was observed. */
  overdue: { version: string; sentence: string }[]
  known: readonly KnownCall[]
  now: Instant
}

interface Found {
  occurrence: string
  reason: string
}

/** Old versions that agents still need shortly before the deadline; while signatures are missing, those are called for instead. */
export function missingDeployments(input: DeadlineInput): Found[] {
  const { rotation, revocations, known, now } = input
  const unsigned = missingRoles(rotation).length > 0
  const needed = unsigned ? awaiting(revocations, 'use') : awaiting(revocations, 'deployment', 'use')
  const isOpen = openCall(known, 'deployment-missing') !== undefined
  const rows = needed.filter((row) => isCalledFor(row, PAGE_BEFORE_HOURS, now, isOpen))
  const deadline = earliestDeadline(rows)
  if (deadline === null) return []
  const where = [...new Set(rows.map((row) => row.environment))].join(', ')
  const because = isClosed(rotation)
    ? `The rotation was ${rotation.status}, so nobody deploys for it any more.`
    : 'They are not deployed and verified yet.'
  const reason = `${where} must run on the new tokens before ${utcWords(deadline)}. ${because} ${consequence(rows, deadline)} Old versions: ${named(rows)}.`
  return [{ occurrence: nameOf(input, 'deployment-missing', deadline), reason }]
}

/** Old versions that a person must decide about before the deadline. */
export function missingDecisions(input: DeadlineInput): Found[] {
  const { revocations, known, now } = input
  const isOpen = openCall(known, 'decision-missing') !== undefined
  const rows = awaiting(revocations, 'decision').filter((row) =>
    isCalledFor(row, DECIDE_BEFORE_HOURS, now, isOpen),
  )
  const deadline = earliestDeadline(rows)
  if (deadline === null) return []
  const why = rows.map((row) => `${versionName(row)}: ${row.stageNote ?? 'no reason was noted'}`)
  const reason = `Somebody must decide about ${count(rows)} before ${utcWords(deadline)}: ${why.join(' · ')}`
  return [{ occurrence: nameOf(input, 'decision-missing', deadline), reason }]
}

/** Signatures that are missing shortly before the deadline of old versions that agents need until production is deployed. */
export function unsignedBeforeDeadline({ rotation, revocations, known, now }: DeadlineInput): Found[] {
  const roles = missingRoles(rotation).map((role) => ROLE_TITLES[role])
  if (roles.length === 0) return []
  const name = `round:${rotation.round}:before:`
  const isOpen = openCall(known, 'sign-off-waiting')?.occurrence.startsWith(name) ?? false
  const rows = awaiting(revocations, 'deployment').filter((row) =>
    isCalledFor(row, PAGE_BEFORE_HOURS, now, isOpen),
  )
  const deadline = earliestDeadline(rows)
  if (deadline === null) return []
  const reason = `The signature of the ${roles.join(' and of the ')} is missing, and without it nothing more is deployed. ${consequence(rows, deadline)} Old versions: ${named(rows)}.`
  const occurrence = `${name}${deadlineName(deadline, revocations)}`
  return [{ occurrence: namedOccurrence(known, 'sign-off-waiting', occurrence), reason }]
}

/** Overdue versions: paged again while nobody acknowledges, as a new occurrence, because a pager repeats no known one. */
export function overdueVersions({ rotation, overdue, known, now }: DeadlineInput): Found[] {
  const [first] = overdue
  if (!first) return []
  const what = `${overdue.length} old ${overdue.length === 1 ? 'version' : 'versions'} should be revoked by now, and nothing proves that`
  const reason = `${what}: ${overdue.map((each) => each.sentence).join(' · ')}`
  const open = openCall(known, 'revocation-overdue')
  const isKept = open && !(rotation.notifies && isUnanswered(open, now))
  const occurrence = isKept ? open.occurrence : unusedOccurrence(known, 'revocation-overdue', first.version)
  return [{ occurrence, reason }]
}

const isUnanswered = ({ acknowledgedAt, openedAt }: KnownCall, now: Instant): boolean =>
  acknowledgedAt === null && Date.parse(now) - Date.parse(openedAt) >= PAGE_AGAIN_MINUTES * 60_000

/** An open call stays until the version is reported as overdue, which may be a little after the deadline. */
const isCalledFor = (row: Revocation, hours: number, now: Instant, isOpen: boolean): boolean =>
  row.escalatedAt === null && (isNear(deadlineOf(row), hours, now) || (isOpen && deadlineOf(row) <= now))

function nameOf(
  { known, revocations }: DeadlineInput,
  cause: 'deployment-missing' | 'decision-missing',
  deadline: Instant,
): string {
  return (
    openCall(known, cause)?.occurrence ?? unusedOccurrence(known, cause, deadlineName(deadline, revocations))
  )
}

/** What happens at the deadline: the issuer does not ask who still uses a version, the bot does. */
function consequence(rows: Revocation[], deadline: Instant): string {
  const refused = rows.filter((row) => row.revoker === 'workflow')
  return refused.length > 0
    ? `AGENTS WILL BE REFUSED from ${utcWords(earliestDeadline(refused) ?? deadline)}: their issuer then revokes ${count(refused)} that they use.`
    : `At ${utcWords(deadline)} on-call must decide whether ${count(rows)} that agents use ${rows.length === 1 ? 'lives' : 'live'} on.`
}

const count = (rows: Revocation[]): string =>
  `${rows.length} old ${rows.length === 1 ? 'version' : 'versions'}`

const versionName = (row: Revocation): string =>
  `${tokenLabel(row)} ${row.versionId.length > 16 ? row.versionId.slice(0, 8) : row.versionId}`

const VERSIONS_NAMED = 9

function named(rows: Revocation[]): string {
  const left = rows.length - VERSIONS_NAMED
  return [...rows.slice(0, VERSIONS_NAMED).map(versionName), ...(left > 0 ? [`${left} more`] : [])].join(', ')
}

/** `2026-11-28 10:05 UTC`: a pager shows it as it is. */
const utcWords = (instant: Instant): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`
