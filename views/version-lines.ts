import { earliestDeadline } from '#domain/revocations/deadline-calls'
import { isOverdue, type Revocation } from '#domain/revocations/revocation'
import type { Instant, RotationToken } from '#domain/rotation/rotation'
import { deadlineWords } from './deadline.ts'
import { shortVersion } from './revocation-lines.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted, plural } from './text.ts'

/** More are counted, and in the record. */
const MOST_TOKENS = 20

/** What becomes of an old version; the worst first. */
type Fate = 'not-renewed' | 'overdue' | 'decide' | 'alive' | 'in-use' | 'untracked' | 'disabled' | 'revoked'
const FATES: Fate[] = [
  'not-renewed',
  'overdue',
  'decide',
  'alive',
  'in-use',
  'untracked',
  'disabled',
  'revoked',
]

interface Row {
  token: RotationToken
  /** Its old versions that are tracked; several where it was renewed again. */
  old: Revocation[]
  fate: Fate
}

/**
 * Each token with its old and new version, under what becomes of its old one: worst first, and a count of those that are
 * left out.
 */
export function versionLines({ rotation, revocations }: RotationState, now: Instant): string[] {
  const tracked = Map.groupBy(revocations, ({ secret }) => secret)
  const rows = rotation.tokens
    .map((token) => rowOf(token, tracked.get(token.secret) ?? [], now))
    .toSorted((a, b) => FATES.indexOf(a.fate) - FATES.indexOf(b.fate))
  const shown = rows.slice(0, MOST_TOKENS)
  const left = rows.length - shown.length
  return [
    ...headed(shown, rows, now),
    ...(left > 0 ? [`• and ${plural(left, 'more token')}: in the full record`] : []),
  ]
}

function rowOf(token: RotationToken, old: Revocation[], now: Instant): Row {
  const fates = token.newVersionId === null ? ['not-renewed'] : old.map((row) => fateOf(row, now))
  return { token, old, fate: FATES.find((fate) => fates.includes(fate)) ?? 'untracked' }
}

function fateOf(row: Revocation, now: Instant): Fate {
  if (row.state === 'proven' || row.state === 'recorded') return 'revoked'
  if (row.state !== 'waiting') return 'in-use'
  if (isOverdue(row, now)) return 'overdue'
  if (row.stage === 'person') return 'decide'
  return row.issuer === 'disabled' || row.issuer === 'destroyed' ? 'disabled' : 'alive'
}

/** The rows under a heading for each environment. */
function headed(shown: Row[], all: Row[], now: Instant): string[] {
  const place = ({ fate, token }: Row) => `${fate} ${token.environment}`
  const every = Map.groupBy(all, place)
  return [...Map.groupBy(shown, place)].flatMap(([key, rows]) => [
    heading(every.get(key) ?? rows, now),
    ...rows.map(versionLine),
  ])
}

/** `*production* · old tokens alive until tomorrow 10:05 (in 23 h)` */
function heading(rows: Row[], now: Instant): string {
  const [first] = rows
  if (first === undefined) return ''
  const old = rows.flatMap((row) => row.old.filter((each) => fateOf(each, now) === row.fate))
  const words = FATE_WORDS[first.fate](deadlineWords(earliestDeadline(old) ?? now, now))
  const sign = WARNED.includes(first.fate) ? '⚠ ' : ''
  return `${sign}*${escapeUntrusted(first.token.environment, NAME)}* · ${words}`
}

const WARNED: Fate[] = ['not-renewed', 'overdue', 'decide']

const FATE_WORDS: Record<Fate, (deadline: string) => string> = {
  'not-renewed': () => 'no new version',
  overdue: (deadline) => `old tokens overdue since ${deadline}`,
  decide: (deadline) => `somebody must decide about old tokens before ${deadline}`,
  alive: (deadline) => `old tokens alive until ${deadline}`,
  'in-use': () => 'old tokens in use again',
  untracked: () => 'old tokens not tracked',
  disabled: () => 'old tokens disabled',
  revoked: () => 'old tokens revoked',
}

/** As long as a name in a registry can be, escaped. */
const NAME = 500

function versionLine({ token }: Row): string {
  const fresh = token.newVersionId ? ` → ${shortVersion(token.newVersionId)}` : ''
  return `${escapeUntrusted(token.agent, NAME)} ${shortVersion(token.previousVersionId)}${fresh}`
}
