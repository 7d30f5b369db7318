import type { NewEvent } from './events.ts'
import { Refusal } from './refusal.ts'
import type { Rotation } from './rotation.ts'

/** The result of a pure decision: the new state and its events. */
export interface Decision {
  rotation: Rotation
  /** Empty when nothing changed, as when Slack delivers a submission twice. */
  events: NewEvent[]
}

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
