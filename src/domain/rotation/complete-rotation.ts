import type { Revocation } from '#domain/revocations/revocation'
import { type Decision, unchanged } from './decision.ts'
import { BOT_ACTOR } from './events.ts'
import type { Instant, Rotation } from './rotation.ts'

/**
 * Completes a rotation whose every old version is revoked: proven, or recorded by a person; one that a token was rolled back to
 * is no old version any more. While one is not, or is in use
 * again, nothing changes.
 *
 * @param tracked every old version of the rotation
 */
export function completeRotation(rotation: Rotation, tracked: Revocation[], at: Instant): Decision {
  if (rotation.status !== 'retiring') return unchanged(rotation)
  const proven = tracked.filter((row) => row.state === 'proven').length
  const recorded = tracked.filter((row) => row.state === 'recorded').length
  const rolledBack = tracked.filter((row) => row.state === 'rolled-back').length
  if (proven + recorded + rolledBack < tracked.length) return unchanged(rotation)
  return {
    rotation: { ...rotation, status: 'complete', closedAt: at },
    events: [
      {
        type: 'rotation-completed',
        rotationId: rotation.id,
        actor: BOT_ACTOR,
        at,
        data: { proven, recorded },
      },
    ],
  }
}
