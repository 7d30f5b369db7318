import type { Act } from './plan.ts'

/** Calls of the bot, as `METHOD /path` in the sandbox. */
export const CALLS = {
  'open-connection': /^POST \/slack\/api\/apps\.connections\.open$/,
  'open-modal': /^POST \/slack\/api\/views\.(?:open|push)$/,
  'draw-modal': /^POST \/slack\/api\/views\.update$/,
  'post-message': /^POST \/slack\/api\/chat\.postMessage$/,
  'edit-message': /^POST \/slack\/api\/chat\.update$/,
  'find-link': /^POST \/slack\/api\/chat\.getPermalink$/,
  'upload-picture': /^POST \/slack\/(?:upload\/|api\/files\.)/,
  answer: /^POST \/slack\/response\//,
  'read-file': /^GET \/github\/repos\/[^/]+\/[^/]+\/contents\//,
  'commit-row': /^PUT \/github\/repos\/[^/]+\/[^/]+\/contents\//,
  'list-runs': /^GET \/github\/repos\/[^/]+\/[^/]+\/actions\/runs$/,
  'start-run': /^POST \/github\/repos\/[^/]+\/[^/]+\/actions\/workflows\/[^/]+\/dispatches$/,
  'write-comment': /^POST \/github\/repos\/[^/]+\/[^/]+\/issues\/\d+\/comments$/,
  'read-secrets': /^POST \/aws\/$/,
  'query-telemetry': /^POST \/prometheus\/api\/v1\/query$/,
  page: /^POST \/pagerduty\/v2\/enqueue$/,
} as const satisfies Record<string, RegExp>
export type CallName = keyof typeof CALLS

const OPENED: CallName[] = ['open-modal', 'read-file', 'read-secrets', 'post-message', 'find-link']
const CHANGED: CallName[] = ['open-modal', 'edit-message', 'post-message']
const RECORDED: CallName[] = ['read-file', 'commit-row']

/** What an act makes the bot call, itself or within a few seconds. */
export const CALLS_OF: Record<Act['do'], readonly CallName[]> = {
  start: [...OPENED, 'list-runs'],
  incident: [...OPENED, ...RECORDED, 'page'],
  'complete-step': ['open-modal', 'draw-modal', 'edit-message', 'upload-picture', 'list-runs'],
  'start-workflow': ['open-modal', 'draw-modal', 'start-run', 'start-run', 'list-runs', 'edit-message'],
  'sign-off': CHANGED,
  reject: CHANGED,
  withdraw: CHANGED,
  abort: [...CHANGED, ...RECORDED, 'write-comment'],
  'hand-off': CHANGED,
  rollback: ['open-modal', 'edit-message', 'start-run'],
  ask: ['answer'],
  'click-old-card': ['open-modal'],
  copies: [],
  'move-clock': [],
  pause: [],
  retire: ['start-run', 'list-runs', 'read-secrets', 'query-telemetry', 'commit-row'],
}
