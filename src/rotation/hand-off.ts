import { assertOpen, type Decision } from './decision.ts'
import { Refusal } from './refusal.ts'
import type { Instant, Rotation } from './rotation.ts'

/**
 * Gives the rotation to another owner.
 *
 * @throws Refusal `rotation-closed`, `already-owner`
 */
export function handOff(rotation: Rotation, by: string, at: Instant, to: string, reason: string): Decision {
  assertOpen(rotation)
  if (rotation.ownerId === to) throw new Refusal('already-owner', {})
  const data = { from: rotation.ownerId, to, reason }
  return {
    rotation: { ...rotation, ownerId: to },
    events: [{ type: 'owner-changed', rotationId: rotation.id, actor: by, at, data }],
  }
}
