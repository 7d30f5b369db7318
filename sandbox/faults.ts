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
  'registry-drift': 'Somebody takes one secret out of the registry, and gives another to a different owner.',
  'registry-malformed': 'Somebody breaks the registry’s YAML.',
  'log-row-changed': 'Somebody alters the newest row of the rotation log by hand.',
  'ticket-closed': 'Somebody closes the ticket.',
  'ticket-comment-deleted': 'The comments on the ticket vanish.',
  'ticket-unavailable': 'The system that holds the ticket answers 503.',
} as const satisfies Record<string, string>

export type FaultId = keyof typeof FAULTS

export interface Faults {
  on(id: FaultId): boolean
  set(id: FaultId, on: boolean): void
  /** Calls back when a switch is turned: some faults are a deed and not a state. */
  onSet(listener: (id: FaultId, on: boolean) => void): void
  list(): { id: FaultId; sentence: string; on: boolean }[]
}

export function createFaults(store: Store): Faults {
  const switches = store.collection<boolean>('faults')
  const listeners: ((id: FaultId, on: boolean) => void)[] = []
  const on = (id: FaultId) => switches.get(id) ?? false
  return {
    on,
    set(id, value) {
      if (on(id) === value) return
      switches.put(id, value)
      for (const listener of listeners) listener(id, value)
    },
    onSet: (listener) => void listeners.push(listener),
    list: () => (Object.keys(FAULTS) as FaultId[]).map((id) => ({ id, sentence: FAULTS[id], on: on(id) })),
  }
}
