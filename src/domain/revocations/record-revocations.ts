import type { Decision } from '#domain/rotation/decision'
import { unchanged } from '#domain/rotation/decision'
import { Refusal } from '#domain/rotation/refusal'
import type { Evidence, Instant, Rotation } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { pendingRevocations, type Revocation, recordedAt, toOldVersion } from './revocation.ts'

/** A person's statement that old versions are revoked. */
export interface RevocationRecord {
  ids: number[]
  what: string
  commands: string
  proof: Evidence[]
  by: string
  at: Instant
}

/**
 * Records old versions as revoked on a person's statement, also for a closed rotation. Repeating it changes
 * nothing.
 * @param known all versions that the rotation replaced
 * @throws Refusal `nothing-to-revoke`, `reason-missing`, and `still-alive` while a machine sees one that is readable and labelled
 */
export function recordRevocations(
  rotation: Rotation,
  known: Revocation[],
  record: RevocationRecord,
): { decision: Decision; resolved: Revocation[] } {
  const { ids, what, commands, proof, by, at } = record
  const chosen = known.filter((row) => ids.includes(row.id))
  const repeated = (row: Revocation) =>
    row.state === 'recorded' && row.resolvedBy === by && row.proof === what
  if (chosen.length > 0 && chosen.every(repeated)) return { decision: unchanged(rotation), resolved: [] }
  if (what.trim() === '') throw new Refusal('reason-missing', {})
  const open = pendingRevocations(chosen)
  // Refuse as a whole when part of the selection was resolved in the meantime.
  if (open.length === 0 || open.length < new Set(ids).size)
    throw new Refusal('nothing-to-revoke', { rotation: rotation.id })
  const alive = open.filter((row) => row.seenAliveAt !== null)
  if (alive.length > 0) throw new Refusal('still-alive', { versions: alive.map(tokenLabel) })
  const versions = open.map(toOldVersion)
  const data = { versions, what, commands, proof: proof.map((each) => each.url ?? each.label) }
  return {
    decision: {
      rotation: { ...rotation },
      events: [{ type: 'revocation-recorded', rotationId: rotation.id, actor: by, at, data }],
    },
    resolved: open.map((row) => ({ ...recordedAt(row, at), resolvedBy: by, proof: what })),
  }
}
