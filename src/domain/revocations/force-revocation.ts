import { type Decision, unchanged } from '#domain/rotation/decision'
import { Refusal } from '#domain/rotation/refusal'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import { type Revocation, toOldVersion } from './revocation.ts'

/** A person's decision to revoke versions although agents may still use them. */
export interface ForcedRevocation {
  ids: number[]
  reason: string
  by: string
  at: Instant
}

/** The versions that can be revoked now: the bot revokes them, and nobody decided that already. */
export const forcible = (rows: Revocation[]): Revocation[] =>
  rows.filter((row) => row.revoker === 'bot' && row.state === 'waiting' && row.forcedAt === null)

/**
 * Revokes versions whoever uses them, also for a closed rotation. Repeating it changes nothing.
 *
 * @param known every version that the rotation replaced
 * @throws Refusal `nothing-to-revoke`, `reason-missing`
 */
export function forceRevocation(
  rotation: Rotation,
  known: Revocation[],
  { ids, reason, by, at }: ForcedRevocation,
): { decision: Decision; updated: Revocation[] } {
  const chosen = known.filter((row) => ids.includes(row.id))
  if (chosen.length > 0 && chosen.every((row) => row.forcedBy === by))
    return { decision: unchanged(rotation), updated: [] }
  if (reason.trim() === '') throw new Refusal('reason-missing', {})
  // One that a token goes back to is about to be in use.
  const open = forcible(chosen).filter(
    ({ secret, versionId }) =>
      !rotation.tokens.some((token) => token.secret === secret && token.rollback?.to === versionId),
  )
  // Refuse as a whole when part of the selection was decided in the meantime.
  if (open.length === 0 || open.length < new Set(ids).size)
    throw new Refusal('nothing-to-revoke', { rotation: rotation.id })
  return {
    decision: {
      rotation: { ...rotation },
      events: [
        {
          type: 'revocation-forced',
          rotationId: rotation.id,
          actor: by,
          at,
          data: { versions: open.map(toOldVersion), reason },
        },
      ],
    },
    updated: open.map((row) => ({ ...row, forcedBy: by, forcedAt: at })),
  }
}
