import { assertNotClosed, type Decision } from './decision.ts'
import { Refusal } from './refusal.ts'
import { approvals, type Instant, type Rotation } from './rotation.ts'

/** @throws Refusal `rotation-closed`, `already-owner`, `signed-meanwhile` */
export function handOff(rotation: Rotation, by: string, at: Instant, to: string, reason: string): Decision {
  assertNotClosed(rotation)
  if (rotation.ownerId === to) throw new Refusal('already-owner', {})
  // The owner is part of what was signed, and whoever signed must not become it.
  if (rotation.status === 'open' && approvals(rotation).length > 0) throw new Refusal('signed-meanwhile', {})
  const data = { from: rotation.ownerId, to, reason }
  return {
    rotation: { ...rotation, ownerId: to, formerOwners: [...rotation.formerOwners, rotation.ownerId] },
    events: [{ type: 'owner-changed', rotationId: rotation.id, actor: by, at, data }],
  }
}
