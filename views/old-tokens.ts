import { awaitedOf, earliestDeadline } from '#domain/revocations/deadline-calls'
import { watchedUntil } from '#domain/revocations/retirement'
import { isOverdue, pendingRevocations, type Revocation } from '#domain/revocations/revocation'
import type { Instant } from '#domain/rotation/rotation'
import { deadlineWords, relativeWords } from './deadline.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted, list, plural } from './text.ts'
import { when } from './times.ts'

/** `*Old tokens:* alive until tomorrow 10:05 (in 23 h), production still uses them`; null while there are none. */
export function oldTokensLine(state: RotationState, now: Instant): string | null {
  // A version that a token went back to is not an old one any more.
  const revocations = state.revocations.filter((row) => row.state !== 'rolled-back')
  if (revocations.length === 0) return null
  const open = pendingRevocations(revocations)
  const done = revocations.filter((row) => row.state === 'proven' || row.state === 'recorded').length
  const count = ` · ${done} of ${revocations.length} revoked`
  if (open.length === 0)
    return `*Old tokens:* ${done === revocations.length ? 'revoked' : `in use again, so they must not be revoked${count}`}`
  return `*Old tokens:* ${openWords(open, state, now)}${done > 0 ? count : ''}`
}

/** The old versions that want the most of people, with their earliest deadline. */
function openWords(open: Revocation[], state: RotationState, now: Instant): string {
  const overdue = open.filter((row) => isOverdue(row, now))
  if (overdue.length > 0) {
    const since = earliestDeadline(overdue) ?? now
    return `⚠ *overdue since ${when(since)} (${relativeWords(since, now)})*: ${plural(overdue.length, 'old version')} not revoked, ${useWords(overdue)}`
  }
  const groups = Map.groupBy(open, awaitedOf)
  const decision = groups.get('decision')
  if (decision) {
    const note = escapeUntrusted(decision[0]?.stageNote ?? 'no reason was noted', 200)
    return `⚠ *somebody must decide before ${untilWords(decision, now)}*: ${note}`
  }
  return byEnvironment(open, state, now) ?? undecidedWords(open, state, now)
}

/** `sandbox and staging: disabled, watched until 14:59 · production: alive until …`; null where all are still needed, or all the same. */
function byEnvironment(open: Revocation[], state: RotationState, now: Instant): string | null {
  if (open.every(isNeeded)) return null
  const places = new Map<string, string[]>()
  for (const [environment, rows] of Map.groupBy(open, (row) => row.environment)) {
    const words = undecidedWords(rows, state, now, false)
    places.set(words, [...(places.get(words) ?? []), escapeUntrusted(environment, 100)])
  }
  if (places.size === 1 || places.size > GROUPS_SHOWN) return null
  return [...places].map(([words, names]) => `${list(names, ENVIRONMENTS_NAMED)}: ${words}`).join(' · ')
}

const isNeeded = (row: Revocation): boolean => ['deployment', 'use'].includes(awaitedOf(row) ?? '')

const GROUPS_SHOWN = 3

/** @param isAlone whether the environments are to be named */
function undecidedWords(rows: Revocation[], state: RotationState, now: Instant, isAlone = true): string {
  const groups = Map.groupBy(rows, awaitedOf)
  const needed = groups.get('deployment') ?? groups.get('use')
  if (!needed) return retiringWords(rows, state, now)
  const refused = needed.some((row) => row.revoker === 'workflow') ? ', then refused' : ''
  const use = isAlone
    ? useWords(needed)
    : needed.some((row) => row.verifiedAt === null)
      ? 'still used'
      : 'being checked whether anybody uses them'
  return `alive until ${untilWords(needed, now)}${refused}, ${use}`
}

const untilWords = (rows: Revocation[], now: Instant): string =>
  deadlineWords(earliestDeadline(rows) ?? now, now)

/** `production still uses them`; of a verified environment nobody knows yet. */
function useWords(rows: Revocation[]): string {
  const needed = rows.filter(isNeeded)
  const using = environmentsOf(needed.filter((row) => row.verifiedAt === null))
  if (using.length > 0)
    return `${list(using, ENVIRONMENTS_NAMED)} still ${using.length === 1 ? 'uses' : 'use'} them`
  const checked = environmentsOf(needed)
  return checked.length > 0
    ? `being checked whether anybody in ${list(checked, ENVIRONMENTS_NAMED)} uses them`
    : 'no agent needs them'
}

const environmentsOf = (rows: Revocation[]): string[] => [
  ...new Set(rows.map((row) => escapeUntrusted(row.environment, 100))),
]

const ENVIRONMENTS_NAMED = 4

/** Versions that nobody has to do anything about. */
function retiringWords(open: Revocation[], { watch }: RotationState, now: Instant): string {
  const alive = open.filter((row) => row.issuer !== 'disabled' && row.issuer !== 'destroyed')
  if (alive.length > 0) {
    const then = alive.every((row) => row.revoker === 'workflow')
      ? 'then revoked by their issuer'
      : 'being disabled'
    return `alive until ${untilWords(alive, now)}, ${then}`
  }
  const until = open.flatMap((row) => watchedUntil(row, watch, now) ?? [])
  const last = until.sort((a, b) => a.at.localeCompare(b.at)).at(-1)
  if (!last || open.some((row) => row.stage === 'destroying')) return 'disabled, being destroyed'
  return last.isLatest
    ? `disabled, watched until each agent has authenticated, ${when(last.at)} at most`
    : `disabled, watched until ${when(last.at)}`
}
