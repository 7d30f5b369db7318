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
  'slack-files-unavailable': 'Slack answers 500 to every file that is uploaded.',
  'slack-no-ack': 'Slack loses every acknowledgement and delivers each envelope again.',
  'github-conflict': 'Somebody commits to the log file first: GitHub answers 409 once per write.',
  'github-unavailable': 'GitHub answers 503 to every call.',
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
