import type { FaultId } from './faults.ts'

/** The page lists faults by group, in this order; each fault is in one of them. */
const FAULT_GROUPS = {
  'Rotation workflow': [
    'workflow-fails',
    'last-rotation-failed',
    'workflow-missing',
    'workflow-edited',
    'workflow-disabled',
    'run-cancelled',
    'ci-stalls',
    'dispatch-unanswered',
    'runs-listed-late',
    'logs-expired',
    'logs-unavailable',
    'log-shows-credential',
    'tag-missing',
  ],
  'Secrets manager': [
    'metadata-missing',
    'secret-missing',
    'secrets-access-denied',
    'secrets-values-readable',
    'secrets-throttled',
    'secrets-unavailable',
  ],
  'Old versions': [
    'old-version-not-revoked',
    'revocation-forgotten',
    'revocation-stops',
    'revocation-not-tagged',
  ],
  'Deployments and agents': [
    'agent-keeps-token',
    'deployment-fails',
    'production-deployment-fails',
    'deployment-waits',
    'deployed-by-others',
    'deployments-forbidden',
    'smoke-fails',
  ],
  Telemetry: [
    'telemetry-auth-failures',
    'telemetry-expiry-warnings',
    'telemetry-unavailable',
    'telemetry-partial',
    'telemetry-without-versions',
    'telemetry-silent',
  ],
  'GitHub and tickets': [
    'log-row-changed',
    'registry-drift',
    'registry-malformed',
    'github-conflict',
    'github-read-only',
    'branch-protected',
    'github-unavailable',
    'github-rate-limited',
    'github-token-ends',
    'ticket-closed',
    'ticket-comment-deleted',
    'ticket-unavailable',
  ],
  'Pager and on-call': ['oncall-empty', 'pager-unavailable', 'pager-refuses', 'pager-rate-limited'],
  'People and the channel': [
    'user-deactivated',
    'user-guest',
    'user-outsider',
    'bot-removed-from-channel',
    'channel-archived',
    'channel-renamed',
    'notice-deleted',
  ],
  'Slack and the connection': [
    'slack-unavailable',
    'slack-rate-limited',
    'slack-server-error',
    'slack-files-unavailable',
    'slack-files-hang',
    'slack-files-scope-missing',
    'slack-older-blocks',
    'slack-history-fails',
    'slack-messages-locked',
    'slack-views-rate-limited',
    'slack-scope-missing',
    'slack-connection-hangs',
    'slack-upgrade-hangs',
    'slack-no-hello',
    'slack-half-open',
    'slack-hangs',
    'slack-no-ack',
    'slack-delivers-twice',
    'clocks-apart',
  ],
} satisfies Record<string, FaultId[]>

/** What a newcomer may want to see first: each shows another answer of the bot. */
const FEATURED_FAULTS: FaultId[] = [
  'workflow-fails',
  'agent-keeps-token',
  'smoke-fails',
  'log-row-changed',
  'slack-unavailable',
]

/** Every fault with its group, in the order of the page. */
export const groupedFaults = (): { id: FaultId; group: string; isFeatured: boolean }[] =>
  Object.entries(FAULT_GROUPS).flatMap(([group, ids]) =>
    ids.map((id) => ({ id, group, isFeatured: FEATURED_FAULTS.includes(id) })),
  )
