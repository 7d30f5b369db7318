import type { NewEvent } from './events.ts'
import { Refusal } from './refusal.ts'
import { isClosed, type Rotation } from './rotation.ts'

/** What a pure decision changes: the rotation as it will be, and what will have happened. */
export interface Decision {
  rotation: Rotation
  /** Empty when there was nothing left to do, as when Slack delivers a submission twice. */
  events: NewEvent[]
}

/** Nothing changes. */
export const unchanged = (rotation: Rotation): Decision => ({ rotation, events: [] })

/** Whether its steps and signatures may change. @throws Refusal `rotation-closed` */
export function assertOpen(rotation: Rotation): void {
  if (rotation.status !== 'open') refuse(rotation, rotation.status)
}

/** Whether anything may happen to it. @throws Refusal `rotation-closed` */
export function assertNotClosed(rotation: Rotation): void {
  if (isClosed(rotation) && rotation.status !== 'open') refuse(rotation, rotation.status)
}

function refuse(rotation: Rotation, status: Exclude<Rotation['status'], 'open'>): never {
  throw new Refusal('rotation-closed', {
    rotation: rotation.id,
    status,
    at: rotation.closedAt ?? rotation.openedAt,
  })
}
