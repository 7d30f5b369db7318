import {
  deadlineOf,
  isOverdue,
  pendingRevocations,
  type Revocation,
  UNKNOWN_SUCCESSOR,
} from '#domain/revocations/revocation'
import type { Instant } from '#domain/rotation/rotation'
import { type TokenName, tokenLabel } from '#domain/tokens/scope'
import { LIMITS } from './limits.ts'
import { pack } from './pack.ts'
import type { Names } from './state.ts'
import { code, escapeUntrusted, plural, when } from './text.ts'
import { who } from './words.ts'

/** Enough of a version's id to tell it from another: ids of AWS are long, those of Vault are numbers. */
export const shortVersion = (id: string | null): string =>
  id ? code(id.length > 16 ? id.slice(0, 8) : id) : 'not known'

/** `evaluator/staging 7f3a1c52` */
export const oldVersionName = (version: TokenName & { versionId: string }): string =>
  `${escapeUntrusted(tokenLabel(version), 120)} ${shortVersion(version.versionId)}`

/** What is still to be revoked in one line, what is overdue first; null when nothing is left. */
export function revocationSummary(rows: Revocation[], now: Instant): string | null {
  const open = pendingRevocations(rows)
  const overdue = open.filter((row) => isOverdue(row, now)).map(deadlineOf)
  const waiting = open.filter((row) => !isOverdue(row, now)).map(deadlineOf)
  const parts = [
    ...(overdue.length > 0
      ? [
          `⚠ *${plural(overdue.length, 'old version')} overdue:* to be revoked since ${when(overdue.sort()[0] ?? now)}, and not proven`,
        ]
      : []),
    ...(waiting.length > 0
      ? [
          `${plural(waiting.length, 'old version')} still to be revoked, by ${when(waiting.sort().at(-1) ?? now)}`,
        ]
      : []),
  ]
  return parts.length > 0 ? parts.join(' · ') : null
}

/** `• evaluator/staging 7f3a1c52 – due …; the issuer promises to revoke it by …` */
export function openRevocationLine(row: Revocation, now: Instant): string {
  const due = isOverdue(row, now)
    ? `⚠ overdue since ${when(deadlineOf(row))}`
    : `due ${when(deadlineOf(row))}`
  const promise = row.promisedBy
    ? `the issuer’s date is ${when(row.promisedBy)}`
    : 'no date of the issuer was seen'
  const unread = row.problem ? ` · ? not read the last time: ${escapeUntrusted(row.problem, 200)}` : ''
  return `• ${oldVersionName(row)} – ${due}; ${promise}${unread}`
}

/** Beside the lines a section has its first and its last words. */
const ROOM = LIMITS.sectionText - 600

/** The first lines, at most so many and as many as fit a section, with how many are left out. */
export function fitting(lines: string[], most: number): { shown: string[]; left: number } {
  const [text = ''] = pack(lines.slice(0, most), ROOM)
  const shown = text === '' ? [] : text.split('\n')
  return { shown, left: lines.length - shown.length }
}

/** One old version as the record has it; a person's word is never shown as the machine's. */
export function revocationLine(row: Revocation, names: Names, now: Instant): string {
  const at = row.resolvedAt ? `, ${when(row.resolvedAt)}` : ''
  if (row.state === 'proven')
    return `✓ ${oldVersionName(row)} – revoked, verified by machine${at}: ${escapeUntrusted(row.proof ?? '', 300)}`
  if (row.state === 'recorded')
    return `☑ ${oldVersionName(row)} – revoked, says ${who(row.resolvedBy ?? '', names)}${at}, not verified by machine: ${escapeUntrusted(row.proof ?? '', 300)}`
  if (row.state === 'in-use' && row.replacedBy === UNKNOWN_SUCCESSOR)
    return `? ${oldVersionName(row)} – in use when it was last seen; the bot looks again`
  if (row.state === 'in-use') return `↩ ${oldVersionName(row)} – in use again, so it is not to be revoked`
  return openRevocationLine(row, now)
}

/** All old versions of a rotation, for its whole record; none is no group. */
export const revocationLines = (rows: Revocation[], names: Names, now: Instant): string[] =>
  rows.length === 0 ? [] : ['*Old versions*', ...rows.map((row) => revocationLine(row, names, now))]
