import canonicalize from 'canonicalize'
import { sha256 } from './evidence.ts'
import type { CheckResult, Rotation } from './rotation.ts'

/** SHA-256 of the sign-off snapshot. Without this round's signatures: both approvers sign one digest. */
export function signOffDigest(rotation: Rotation, checks: CheckResult[]): string {
  // Absent fields keep the digests of older rotations valid.
  const exceptions = rotation.exceptions.map(({ doneAt, ...rest }) => (doneAt ? { ...rest, doneAt } : rest))
  const runs = rotation.runs.map(({ windowReason, ...rest }) =>
    windowReason ? { ...rest, windowReason } : rest,
  )
  const { id, round, trigger, severity, reason, ownerId, openedAt, tokens, steps } = rotation
  const results = [...checks].sort((a, b) => a.check.localeCompare(b.check))
  const earlier = rotation.signOffs.filter((each) => each.round < round)
  const snapshot = {
    id,
    round,
    trigger,
    severity,
    reason,
    ownerId,
    openedAt,
    tokens: tokens.map(({ rollback, ...token }) => (rollback ? { ...token, rollback } : token)),
    steps,
    exceptions,
    runs,
    checks: results,
    earlier,
    ...(rotation.breakGlass && { breakGlass: rotation.breakGlass }),
    ...(rotation.deviations.length > 0 && { deviations: rotation.deviations }),
    ...(rotation.evidence.length > 0 && { evidence: rotation.evidence }),
  }
  return sha256(canonicalize(snapshot) ?? '')
}
