import { type WatchTimes, watchedUntil } from '#domain/revocations/retirement'
import {
  deadlineOf,
  isOverdue,
  pendingRevocations,
  type RetirementStage,
  type Revocation,
  UNKNOWN_SUCCESSOR,
} from '#domain/revocations/revocation'
import type { Instant } from '#domain/rotation/rotation'
import { type TokenName, tokenLabel } from '#domain/tokens/scope'
import { deadlineWords } from './deadline.ts'
import { LIMITS } from './limits.ts'
import { pack } from './pack.ts'
import type { Names } from './state.ts'
import { code, escapeUntrusted, plural } from './text.ts'
import { when } from './times.ts'
import { who } from './words.ts'

/** Shortens AWS's long version ids; Vault's are numbers. */
export const shortVersion = (id: string | null): string =>
  id ? code(id.length > 16 ? id.slice(0, 8) : id) : 'not known'

/** `evaluator/staging 7f3a1c52` */
export const oldVersionName = (version: TokenName & { versionId: string }): string =>
  `${escapeUntrusted(tokenLabel(version), 180)} ${shortVersion(version.versionId)}`

/** The pending revocations in one line, overdue first; null when there are none. */
export function revocationSummary(rows: Revocation[], now: Instant): string | null {
  const open = pendingRevocations(rows)
  const overdue = open.filter((row) => isOverdue(row, now)).map(deadlineOf)
  const waiting = open.filter((row) => !isOverdue(row, now)).map(deadlineOf)
  const parts = [
    ...(overdue.length > 0
      ? [
          `⚠ *${plural(overdue.length, 'old version')} overdue:* due ${deadlineWords(overdue.sort()[0] ?? now, now)}, revocation not verified`,
        ]
      : []),
    ...(waiting.length > 0
      ? [
          `${plural(waiting.length, 'old version')} still to be revoked, by ${deadlineWords(waiting.sort().at(-1) ?? now, now)}`,
        ]
      : []),
  ]
  return parts.length > 0 ? parts.join(' · ') : null
}

/** `• evaluator/staging 7f3a1c52 – due … (in 3 h); waits for the deployment to staging` */
export function openRevocationLine(row: Revocation, watch: WatchTimes, now: Instant): string {
  const deadline = deadlineOf(row)
  const due = isOverdue(row, now)
    ? `⚠ overdue since ${deadlineWords(deadline, now)}`
    : `due ${deadlineWords(deadline, now)}`
  const unread = row.problem ? ` · ? last check failed: ${escapeUntrusted(row.problem, 200)}` : ''
  return `• ${oldVersionName(row)} – ${due}; ${stageWords(row, watch, now)}${unread}`
}

const noteOf = ({ stageNote }: Revocation): string =>
  stageNote ? `: ${escapeUntrusted(stageNote, 200)}` : ''

const STAGE_WORDS: Record<RetirementStage, (row: Revocation, watch: WatchTimes, now: Instant) => string> = {
  deployment: ({ environment }) => `waits for the deployment to ${escapeUntrusted(environment, 100)}`,
  use: (row) => `in use${noteOf(row)}`,
  disabling: () => 'being disabled',
  watch: disabledWords,
  destroying: () => 'being destroyed',
  restoring: () => 'being accepted again',
  person: (row) => `⚠ somebody must decide${noteOf(row)}`,
}

/** What happens to an old version, or what it waits for. */
function stageWords(row: Revocation, watch: WatchTimes, now: Instant): string {
  if (row.issuer === 'destroyed') return 'destroyed'
  if (row.stage !== null) return STAGE_WORDS[row.stage](row, watch, now)
  if (row.issuer === 'disabled') return disabledWords(row, watch, now)
  if (row.revoker === 'bot') return STAGE_WORDS.deployment(row, watch, now)
  const promise = row.promisedBy
    ? `issuer’s revocation date ${when(row.promisedBy)}`
    : 'no revocation date from the issuer'
  return row.verifiedAt === null ? `${promise}; ${STAGE_WORDS.deployment(row, watch, now)}` : promise
}

/** `disabled, watched until 10:20` */
function disabledWords(row: Revocation, watch: WatchTimes, now: Instant): string {
  const until = watchedUntil(row, watch, now)
  if (until === null) return 'disabled'
  return until.isLatest
    ? `disabled, watched until each agent has authenticated, ${when(until.at)} at most`
    : `disabled, watched until ${when(until.at)}`
}

/** Leaves room for the section's first and last lines. */
const ROOM = LIMITS.sectionText - 600

/** The first lines that fit a section, at most `most`, and how many are left out. */
export function fitting(lines: string[], most: number): { shown: string[]; left: number } {
  const [text = ''] = pack(lines.slice(0, most), ROOM)
  const shown = text === '' ? [] : text.split('\n')
  return { shown, left: lines.length - shown.length }
}

/** The state of one old version. What a person confirmed is never shown as verified by machine. */
function revocationLine(row: Revocation, watch: WatchTimes, names: Names, now: Instant): string {
  const at = row.resolvedAt ? `, ${when(row.resolvedAt)}` : ''
  if (row.state === 'proven')
    return `✓ ${oldVersionName(row)} – revoked, verified by machine${at}: ${escapeUntrusted(row.proof ?? '', 300)}`
  if (row.state === 'recorded')
    return `☑ ${oldVersionName(row)} – revoked, confirmed by ${who(row.resolvedBy ?? '', names)}${at}, not checked by a machine: ${escapeUntrusted(row.proof ?? '', 300)}`
  if (row.state === 'in-use' && row.replacedBy === UNKNOWN_SUCCESSOR)
    return `? ${oldVersionName(row)} – in use at the last check; the bot checks again`
  if (row.state === 'rolled-back')
    return `↩ ${oldVersionName(row)} – rolled back${at}: ${escapeUntrusted(row.proof ?? '', 300)}`
  if (row.state === 'in-use') return `↩ ${oldVersionName(row)} – in use again, so it must not be revoked`
  return openRevocationLine(row, watch, now)
}

/** All old versions of a rotation, for its full record. */
export const revocationLines = (
  rows: Revocation[],
  watch: WatchTimes,
  names: Names,
  now: Instant,
): string[] =>
  rows.length === 0 ? [] : ['*Old versions*', ...rows.map((row) => revocationLine(row, watch, names, now))]
