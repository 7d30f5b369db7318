import { assertNotClosed, type Decision, unchanged } from './decision.ts'
import { Refusal } from './refusal.ts'
import type { Instant, Rotation } from './rotation.ts'

/** Frees the tokens; workflow results stay. @throws Refusal `rotation-closed`, `reason-missing` */
export function abortRotation(rotation: Rotation, by: string, at: Instant, reason: string): Decision {
  if (rotation.status === 'aborted' && rotation.closedReason === reason) return unchanged(rotation)
  assertNotClosed(rotation)
  if (reason.trim() === '') throw new Refusal('reason-missing', {})
  return {
    rotation: { ...rotation, status: 'aborted', closedAt: at, closedReason: reason },
    events: [{ type: 'rotation-aborted', rotationId: rotation.id, actor: by, at, data: { reason } }],
  }
}
