import { BOT_ACTOR, type NewEvent } from './events.ts'
import { STEP_OF_RUN } from './rotation.ts'

/** What a line of the thread is about that is edited as it goes on: a step's runs, a promotion, or the old versions. */
export type LineSubject =
  | 'rotation-execution'
  | 'integration-verification'
  | 'old-versions'
  | `promotion:${string}`

/**
 * The subject of the line that an event belongs to; null where the event has a line of its own, or none.
 *
 * @param isPromoted whether an environment is deployed to after the sign-offs
 */
export function lineSubject(
  event: NewEvent,
  isPromoted: (environment: string) => boolean,
): LineSubject | null {
  const { type, data } = event
  switch (type) {
    case 'run-requested':
    case 'run-started':
    case 'run-waits':
    case 'run-again':
    case 'run-adopted':
    case 'run-finished': {
      const { environment, kind } = data
      if (environment !== undefined && kind !== 'rotate' && isPromoted(environment))
        return `promotion:${environment}`
      const step = STEP_OF_RUN[kind]
      return step === 'rotation-execution' || step === 'integration-verification' ? step : null
    }
    case 'first-version-seen':
      return 'rotation-execution'
    case 'step-completed':
      return data.step === 'rotation-execution' || data.step === 'integration-verification' ? data.step : null
    case 'environment-promoted':
      return `promotion:${data.environment}`
    case 'revocation-disabled':
    case 'revocation-proven':
    case 'rotation-completed':
      return 'old-versions'
    default:
      return null
  }
}

/** Whether the person who started a run is notified of its end: a line that is edited notifies nobody. */
export const isFailureOfPerson = (event: NewEvent): boolean =>
  event.type === 'run-finished' &&
  !event.data.succeeded &&
  event.data.requestedBy !== undefined &&
  event.data.requestedBy !== BOT_ACTOR
