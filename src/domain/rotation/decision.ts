import type { NewEvent } from './events.ts'
import { Refusal } from './refusal.ts'
import type { Rotation } from './rotation.ts'

/** What a pure decision changes: the rotation as it will be, and what will have happened. */
export interface Decision {
  rotation: Rotation
  /** Empty when there was nothing left to do, as when Slack delivers a submission twice. */
  events: NewEvent[]
}

/** Nothing changes. */
export const unchanged = (rotation: Rotation): Decision => ({ rotation, events: [] })

/** @throws Refusal `rotation-closed` */
export function assertOpen(rotation: Rotation): void {
  if (rotation.status === 'open') return
  throw new Refusal('rotation-closed', {
    rotation: rotation.id,
    status: rotation.status,
    at: rotation.closedAt ?? rotation.openedAt,
  })
}
