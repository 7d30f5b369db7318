import { createClock } from './clock.ts'
import type { Store } from './store.ts'

/** Everything that can be made to go wrong, with the sentence that the page shows beside the switch. */
export const FAULTS = {
  'workflow-fails': 'The rotation workflow fails half-way: some tokens keep their old version.',
  'old-version-not-revoked': 'The rotation workflow leaves the old version without a revocation date.',
  'tag-missing': 'The rotation workflow forgets the expiry tag on one secret.',
  'metadata-missing': 'One secret has lost its owner tag.',
  'secrets-access-denied': 'The secrets manager denies the bot DescribeSecret on one secret.',
  'slack-rate-limited': 'Slack answers 429 with Retry-After to every chat call.',
  'slack-server-error': 'Slack answers 500 to every chat call.',
  'slack-no-ack': 'Slack loses every acknowledgement and delivers each envelope again.',
  'github-conflict': 'Somebody commits to the log file first: GitHub answers 409 once per write.',
  'github-unavailable': 'GitHub answers 503 to every call.',
  'workflow-disabled': 'Somebody has disabled the workflows: GitHub refuses to start them.',
  'run-cancelled': 'Somebody cancels every workflow run half-way.',
  'ci-stalls': 'No runner does anything: workflow runs stay as they are.',
  'deployment-fails': 'Deployments fail: an agent does not become ready.',
  'smoke-fails': 'The smoke test fails: one agent is refused.',
  'telemetry-unavailable': 'Prometheus answers 503 to every query.',
  'telemetry-silent': 'Prometheus has no series of the agents at all.',
  'telemetry-auth-failures': 'One agent in each environment is refused again and again.',
  'telemetry-expiry-warnings': 'One agent in each environment warns that its token is about to expire.',
} as const satisfies Record<string, string>

export type FaultId = keyof typeof FAULTS

/** A time during which a fault was on; `to` is null while it is. Milliseconds since 1970, on the sandbox's clock. */
export interface FaultTime {
  from: number
  to: number | null
}

export interface Faults {
  on(id: FaultId): boolean
  /** When it was on, oldest first. */
  times(id: FaultId): FaultTime[]
  set(id: FaultId, on: boolean): void
  list(): { id: FaultId; sentence: string; on: boolean }[]
}

export function createFaults(store: Store): Faults {
  const switches = store.collection<boolean>('faults')
  const history = store.collection<FaultTime[]>('fault-times')
  const clock = createClock(store)
  const on = (id: FaultId) => switches.get(id) ?? false
  const times = (id: FaultId) => history.get(id) ?? []
  return {
    on,
    times,
    set(id, value) {
      const now = clock.now().getTime()
      const earlier = times(id)
      if (value && !on(id)) history.put(id, [...earlier, { from: now, to: null }])
      if (!value)
        history.put(
          id,
          earlier.map((time) => ({ ...time, to: time.to ?? now })),
        )
      switches.put(id, value)
    },
    list: () => (Object.keys(FAULTS) as FaultId[]).map((id) => ({ id, sentence: FAULTS[id], on: on(id) })),
  }
}
