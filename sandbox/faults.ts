import { createClock } from './clock.ts'
import type { Store } from './store.ts'

/** Everything that can be made to go wrong, with the sentence that the page shows beside the switch. */
export const FAULTS = {
  'last-rotation-failed': 'The newest run of agents:rotate-tokens that has ended is shown as failed.',
  'workflow-missing': 'The file of agents:rotate-tokens is not in the repository.',
  'workflow-fails': 'The rotation workflow fails half-way: some tokens keep their old version.',
  'old-version-not-revoked': 'The rotation workflow leaves the old version without a revocation date.',
  'revocation-forgotten': 'The issuer promises to revoke old versions, and forgets it: they stay alive.',
  'tag-missing': 'The rotation workflow forgets the expiry tag on one secret.',
  'metadata-missing': 'One secret has lost its owner tag.',
  'secret-missing': 'One registered secret is planned for deletion: the secrets manager no longer lists it.',
  'secrets-access-denied': 'The secrets manager denies the bot one secret.',
  'secrets-values-readable': 'The bot’s policy in the secrets manager is too wide: it may read values.',
  'secrets-throttled': 'The secrets manager throttles every call.',
  'secrets-unavailable': 'The secrets manager answers 500 to every call.',
  'slack-rate-limited': 'Slack answers 429 with Retry-After to every chat call.',
  'slack-server-error': 'Slack answers 500 to every chat call.',
  'slack-files-unavailable': 'Slack answers 500 to every file that is uploaded.',
  'slack-history-fails': 'Slack answers 500 to whoever reads back what stands in a channel.',
  'notice-deleted': 'Somebody deletes the bot’s notice in the channel: the newest one vanishes.',
  'user-deactivated': 'The AI Ops owner has left: the account is deactivated.',
  'bot-removed-from-channel': 'Somebody removed the bot from its channel.',
  'slack-scope-missing': 'Somebody took the scope usergroups:read from the app and installed it again.',
  'slack-no-ack': 'Slack loses every acknowledgement and delivers each envelope again.',
  'github-conflict': 'Somebody commits to the log file first: GitHub answers 409 once per write.',
  'github-read-only': 'The account behind the GitHub token may only read.',
  'branch-protected': 'A ruleset wants a pull request for every change of the main branch.',
  'workflow-edited': 'Somebody tidies up agents:rotate-tokens: its runs no longer carry the rotation’s name.',
  'clocks-apart': 'The clocks of Slack and GitHub go two minutes ahead of the bot’s.',
  'github-unavailable': 'GitHub answers 503 to every call.',
  'pager-unavailable': 'PagerDuty takes calls and never answers.',
  'pager-refuses': 'PagerDuty answers 400 to every event: the routing key is wrong.',
  'pager-rate-limited': 'PagerDuty answers 429 to every call.',
  'oncall-empty': 'Nobody is on call in PagerDuty’s schedule.',
  'registry-drift': 'Somebody takes one secret out of the registry, and gives another to a different owner.',
  'registry-malformed': 'Somebody breaks the registry’s YAML.',
  'log-row-changed': 'Somebody alters the newest row of the rotation log by hand.',
  'ticket-closed': 'Somebody closes the ticket.',
  'ticket-comment-deleted': 'The comments on the ticket vanish.',
  'ticket-unavailable': 'The system that holds the ticket answers 503.',
  'workflow-disabled':
    'GitHub has disabled the workflows, because nothing was committed for long; it refuses to start them.',
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
  /** Calls back when a switch is turned: some faults are a deed and not a state. */
  onSet(listener: (id: FaultId, on: boolean) => void): void
  list(): { id: FaultId; sentence: string; on: boolean }[]
}

export function createFaults(store: Store): Faults {
  const switches = store.collection<boolean>('faults')
  const listeners: ((id: FaultId, on: boolean) => void)[] = []
  const history = store.collection<FaultTime[]>('fault-times')
  const clock = createClock(store)
  const on = (id: FaultId) => switches.get(id) ?? false
  const times = (id: FaultId) => history.get(id) ?? []
  return {
    on,
    times,
    set(id, value) {
      if (on(id) === value) return
      const now = clock.now().getTime()
      const earlier = times(id)
      if (value && !on(id)) history.put(id, [...earlier, { from: now, to: null }])
      if (!value)
        history.put(
          id,
          earlier.map((time) => ({ ...time, to: time.to ?? now })),
        )
      switches.put(id, value)
      for (const listener of listeners) listener(id, value)
    },
    onSet: (listener) => void listeners.push(listener),
    list: () => (Object.keys(FAULTS) as FaultId[]).map((id) => ({ id, sentence: FAULTS[id], on: on(id) })),
  }
}
