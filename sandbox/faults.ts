import type { Store } from './store.ts'

/** Everything that can be made to go wrong, with the sentence that the page shows beside the switch. */
export const FAULTS = {
  'last-rotation-failed': 'The newest run of agents:rotate-tokens that has ended is shown as failed.',
  'workflow-missing': 'The file of agents:rotate-tokens is not in the repository.',
  'workflow-disabled':
    'GitHub has disabled agents:rotate-tokens, because nothing happened in the repository for long.',
  'workflow-fails': 'The rotation workflow fails half-way: some tokens keep their old version.',
  'old-version-not-revoked': 'The rotation workflow leaves the old version without a revocation date.',
  'tag-missing': 'The rotation workflow forgets the expiry tag on one secret.',
  'metadata-missing': 'One secret has lost its owner tag.',
  'secret-missing': 'One registered secret is planned for deletion: the secrets manager no longer lists it.',
  'secrets-access-denied': 'The secrets manager denies the bot one secret.',
  'secrets-throttled': 'The secrets manager throttles every call.',
  'secrets-unavailable': 'The secrets manager answers 500 to every call.',
  'slack-rate-limited': 'Slack answers 429 with Retry-After to every chat call.',
  'slack-server-error': 'Slack answers 500 to every chat call.',
  'slack-history-fails': 'Slack answers 500 to whoever reads back what stands in a channel.',
  'notice-deleted': 'Somebody deletes the bot’s notice in the channel: the newest one vanishes.',
  'bot-removed-from-channel': 'Somebody removed the bot from its channel.',
  'slack-no-ack': 'Slack loses every acknowledgement and delivers each envelope again.',
  'github-conflict': 'Somebody commits to the log file first: GitHub answers 409 once per write.',
  'github-unavailable': 'GitHub answers 503 to every call.',
  'pager-unavailable': 'PagerDuty takes calls and never answers.',
  'pager-refuses': 'PagerDuty answers 400 to every event: the routing key is wrong.',
  'pager-rate-limited': 'PagerDuty answers 429 to every call.',
  'oncall-empty': 'Nobody is on call in PagerDuty’s schedule.',
} as const satisfies Record<string, string>

export type FaultId = keyof typeof FAULTS

export interface Faults {
  on(id: FaultId): boolean
  set(id: FaultId, on: boolean): void
  list(): { id: FaultId; sentence: string; on: boolean }[]
}

export function createFaults(store: Store): Faults {
  const switches = store.collection<boolean>('faults')
  const on = (id: FaultId) => switches.get(id) ?? false
  return {
    on,
    set(id, value) {
      switches.put(id, value)
    },
    list: () => (Object.keys(FAULTS) as FaultId[]).map((id) => ({ id, sentence: FAULTS[id], on: on(id) })),
  }
}
