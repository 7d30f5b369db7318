import type { RotationEvent } from '#domain/rotation/events'
import { INCIDENT_TRIGGERS, type Trigger } from '#domain/rotation/rotation'
import type { LogEvent } from '#domain/rotation/rotation-log'

/** The row that an event must have in the log; null for events without one. */
export function loggedAs(event: RotationEvent): LogEvent | null {
  switch (event.type) {
    case 'rotation-opened':
      return (INCIDENT_TRIGGERS as readonly Trigger[]).includes(event.data.trigger) ? 'incident-opened' : null
    case 'step-completed':
      return event.data.step === 'integration-verification' ? 'validated' : null
    default:
      return ALWAYS[event.type] ?? null
  }
}

const ALWAYS: Partial<Record<string, LogEvent>> = {
  'raised-to-incident': 'incident-opened',
  'first-version-seen': 'rotated',
  'rotation-approved': 'approved',
  rejected: 'rejected',
  withdrawn: 'withdrawn',
  'approval-void': 'withdrawn',
  'break-glass': 'break-glass',
  'environment-promoted': 'promoted',
  'rotation-completed': 'completed',
  'rolled-back': 'rolled-back',
  waived: 'waived',
  'rotation-aborted': 'aborted',
  'database-restored': 'restored',
  'key-changed': 'key-changed',
}

/** What an audit of the log needs: the events with a row, and those that say who signed what. */
export const isForLog = (event: RotationEvent): boolean =>
  loggedAs(event) !== null || event.type === 'signed-off'
