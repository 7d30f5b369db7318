import canonicalize from 'canonicalize'
import { sha256 } from './evidence.ts'
import type { CheckResult, Rotation } from './rotation.ts'

/**
 * Digest of everything that an approver is shown: scope, versions, each step with its attestations, evidence
 * and notes, the newest result of each check, exceptions, runs, and what was decided in earlier rounds. This round's own
 * signatures are left out, because the second approver signs the same as the first. SHA-256 over canonical JSON, hexadecimal.
 * Two people who see the same digest saw the same.
 */
export function signOffDigest(rotation: Rotation, checks: CheckResult[]): string {
  // Left out when nobody was asked, so that what was signed before there was such a thing keeps its digest.
  const exceptions = rotation.exceptions.map(({ doneAt, ...rest }) => (doneAt ? { ...rest, doneAt } : rest))
  const { id, round, trigger, severity, reason, ownerId, openedAt, tokens, steps, runs } = rotation
  const results = [...checks].sort((a, b) => a.check.localeCompare(b.check))
  const earlier = rotation.signOffs.filter((each) => each.round < round)
  const dossier = {
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
    // Left out when there is none, so that what was signed before there was such a thing keeps its digest.
    ...(rotation.evidence.length > 0 && { evidence: rotation.evidence }),
  }
  return sha256(canonicalize(dossier) ?? '')
}
