import type { NewEvent } from './events.ts'
import { Refusal } from './refusal.ts'
import { isClosed, type Rotation } from './rotation.ts'

/** The result of a pure decision: the new state and its events. */
export interface Decision {
  rotation: Rotation
  /** Empty when nothing changed, as when Slack delivers a submission twice. */
  events: NewEvent[]
}

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
