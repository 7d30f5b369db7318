import { createClock } from './clock.ts'
import { groupedFaults } from './fault-groups.ts'
import type { Store } from './store.ts'

/** Every fault that can be switched on, with its description on the page. */
export const FAULTS = {
  'last-rotation-failed': 'The last run of agents:rotate-tokens is shown as failed.',
  'workflow-missing': 'The workflow file of agents:rotate-tokens is missing in the repository.',
  'workflow-fails': 'The rotation workflow fails halfway: some tokens keep their old version.',
  'old-version-not-revoked': 'The rotation workflow schedules no revocation for one old version.',
  'revocation-forgotten': 'The issuer does not revoke old versions on the promised date.',
  'revocation-stops': 'The revoke workflow fails halfway: some versions keep their state at the issuer.',
  'revocation-not-tagged': 'The revoke workflow succeeds without writing its tag.',
  'tag-missing': 'The rotation workflow omits the expiry tag on one secret.',
  'metadata-missing': 'One secret has no owner tag.',
  'secret-missing':
    'One registered secret is scheduled for deletion, so the secrets manager does not list it.',
  'secrets-access-denied': 'The secrets manager denies the bot access to one secret.',
  'secrets-values-readable': 'The bot’s policy is too broad: it may read secret values.',
  'secrets-throttled': 'The secrets manager throttles every call.',
  'secrets-unavailable': 'The secrets manager answers 500 to every call.',
  'slack-rate-limited': 'Slack answers 429 with Retry-After to every chat method.',
  'slack-server-error': 'Slack answers 500 to every chat method.',
  'slack-files-unavailable': 'Slack answers 500 to every call about files, and to every download.',
  'slack-files-hang': 'Slack does not give the content of files: downloads hang.',
  'slack-files-scope-missing': 'The Slack app was reinstalled without the scope files:read.',
  'slack-older-blocks': 'Slack does not have the newer blocks, such as files in forms, nor blocks.validate.',
  'slack-history-fails': 'Slack answers 500 to every call that reads a channel’s messages.',
  'notice-deleted': 'Someone deletes the bot’s newest notice in the channel.',
  'user-deactivated': 'The AI Ops owner’s account is deactivated.',
  'user-guest': 'The bystander is a guest in the workspace.',
  'user-outsider': 'The bystander belongs to another workspace.',
  'bot-removed-from-channel': 'Someone removes the bot from its channel.',
  'channel-archived': 'Someone archives the bot’s channel.',
  'channel-renamed': 'Someone renames the bot’s channel.',
  'slack-messages-locked': 'Slack refuses every edit of a message: cant_update_message.',
  'slack-views-rate-limited': 'Slack answers 429 with Retry-After to every change of a modal.',
  'slack-scope-missing': 'The Slack app was reinstalled without the scope usergroups:read.',
  'slack-connection-hangs': 'Slack does not answer apps.connections.open.',
  'slack-upgrade-hangs': 'Slack accepts websockets without answering the upgrade.',
  'slack-no-hello': 'Slack opens websockets and never says hello.',
  'slack-half-open': 'Open websockets to Slack are cut without a word: nothing arrives in either direction.',
  'slack-unavailable': 'Slack answers 503 to every call.',
  'slack-hangs': 'Slack takes every call and never answers.',
  'slack-no-ack': 'Slack loses the bot’s acknowledgements and delivers each event again.',
  'slack-delivers-twice': 'Slack delivers each interaction and event again, at once and after 600 ms.',
  'github-conflict': 'Someone commits to the log file first: GitHub answers 409 once per write.',
  'github-token-ends': 'The GitHub token ends in five days.',
  'github-read-only': 'The GitHub token has read access only.',
  'branch-protected': 'A ruleset requires a pull request for every change to the main branch.',
  'workflow-edited':
    'Someone edits agents:rotate-tokens: its runs no longer have the rotation’s id in their title.',
  'clocks-apart': 'The clocks of Slack and GitHub are two minutes ahead of the bot’s.',
  'github-unavailable': 'GitHub answers 503 to every call.',
  'github-rate-limited': 'GitHub answers 403 to every call for 40 minutes: the rate limit is used up.',
  'dispatch-unanswered': 'GitHub starts workflows, but its answer is lost.',
  'runs-listed-late': 'GitHub lists a workflow run three minutes after it was created.',
  'pager-unavailable': 'PagerDuty accepts calls but never answers.',
  'pager-refuses': 'PagerDuty answers 400 to every event: the routing key is wrong.',
  'pager-rate-limited': 'PagerDuty answers 429 to every call.',
  'oncall-empty': 'Nobody is on call in the PagerDuty schedule.',
  'registry-drift': 'Someone removes one token from the registry and changes the owner of another.',
  'registry-malformed': 'Someone commits invalid YAML to the registry.',
  'log-row-changed': 'Someone edits the newest row of the rotation log by hand.',
  'ticket-closed': 'Someone closes the ticket.',
  'ticket-comment-deleted': 'Someone deletes the comments on the ticket.',
  'ticket-unavailable': 'The ticket system answers 503 to every call.',
  'logs-expired': 'GitHub has deleted the logs of all runs: it answers 410.',
  'logs-unavailable': 'The storage of GitHub’s logs answers 503.',
  'log-shows-credential': 'Runs print a credential into their log.',
  'workflow-disabled':
    'GitHub has disabled the workflows because the repository was inactive; they cannot be started.',
  'run-cancelled': 'Someone cancels every workflow run halfway.',
  'ci-stalls': 'No CI runner is available: workflow runs do not progress.',
  'deployment-fails': 'Deployments fail: one agent does not become ready.',
  'production-deployment-fails': 'Deployments to production fail.',
  'agent-keeps-token': 'One agent in production still runs its old token after a deployment.',
  'deployment-waits': 'Deployments to production wait until a reviewer approves them.',
  'deployed-by-others': 'Someone deploys production by hand.',
  'deployments-forbidden': 'GitHub denies the bot access to the list of deployments.',
  'smoke-fails': 'The smoke test fails: one agent’s token is rejected.',
  'telemetry-unavailable': 'Prometheus answers 503 to every query.',
  'telemetry-partial': 'Prometheus marks every answer as incomplete: part of the storage is down.',
  'telemetry-without-versions': 'The agents’ metrics have no label for the version of the token.',
  'telemetry-silent': 'Prometheus has no metrics of the agents.',
  'telemetry-auth-failures': 'One agent in each environment repeatedly fails to authenticate.',
  'telemetry-expiry-warnings': 'One agent in each environment warns that its token is about to expire.',
} as const satisfies Record<string, string>

export type FaultId = keyof typeof FAULTS

/**
 * A period in which a fault was on; `to` is null while it still is. Milliseconds since 1970, on the
 * sandbox's clock.
 */
export interface FaultPeriod {
  from: number
  to: number | null
}

export interface Faults {
  on(id: FaultId): boolean
  /** Oldest first. */
  times(id: FaultId): FaultPeriod[]
  set(id: FaultId, on: boolean): void
  /** Calls the listener at each switch, because some faults are one-time changes. */
  onSet(listener: (id: FaultId, on: boolean) => void): void
  /** In the order of the page. */
  list(): { id: FaultId; group: string; isFeatured: boolean; sentence: string; on: boolean }[]
}

export function createFaults(store: Store): Faults {
  const switches = store.collection<boolean>('faults')
  const listeners: ((id: FaultId, on: boolean) => void)[] = []
  const history = store.collection<FaultPeriod[]>('fault-times')
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
    list: () => groupedFaults().map((fault) => ({ ...fault, sentence: FAULTS[fault.id], on: on(fault.id) })),
  }
}
