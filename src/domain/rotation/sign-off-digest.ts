import canonicalize from 'canonicalize'
import { sha256 } from './evidence.ts'
import type { CheckResult, Rotation } from './rotation.ts'

/**
 * Digest of the sign-off snapshot, SHA-256 over canonical JSON. This round's signatures are left out, so that
 * both approvers sign the same digest.
 */
export function signOffDigest(rotation: Rotation, checks: CheckResult[]): string {
  // Absent fields keep the digests of older rotations valid.
  const exceptions = rotation.exceptions.map(({ doneAt, ...rest }) => (doneAt ? { ...rest, doneAt } : rest))
  const { id, round, trigger, severity, reason, ownerId, openedAt, tokens, steps, runs } = rotation
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
    tokens,
    steps,
    exceptions,
    runs,
    checks: results,
    earlier,
    ...(rotation.evidence.length > 0 && { evidence: rotation.evidence }),
  }
  return sha256(canonicalize(snapshot) ?? '')
}
