import type { StepId } from '#domain/rotation/steps'
import type { Act, PersonName } from './plan.ts'

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

const OPENED: CallName[] = ['open-modal', 'read-file', 'post-message', 'find-link']
const CHANGED: CallName[] = ['open-modal', 'edit-message', 'post-message']
const LOGGED: CallName[] = ['read-file', 'commit-row']
const STEP: CallName[] = ['open-modal', 'draw-modal', 'edit-message']

const OF_STEPS: Record<StepId, readonly CallName[]> = {
  'inventory-review': [...STEP, 'read-file', 'read-secrets', 'upload-picture'],
  'automation-health': [...STEP, 'list-runs', 'post-message'],
  'rotation-execution': STEP,
  'integration-verification': [...STEP, 'start-run', 'list-runs', 'query-telemetry'],
  'audit-logging': [...STEP, ...LOGGED, 'post-message'],
}

const OF_ACTS: Record<Exclude<Act['do'], 'complete-step'>, readonly CallName[]> = {
  start: OPENED,
  incident: [...OPENED, ...LOGGED, 'page'],
  'start-workflow': ['open-modal', 'draw-modal', 'start-run', 'start-run', 'list-runs', 'edit-message'],
  'sign-off': CHANGED,
  reject: CHANGED,
  withdraw: CHANGED,
  abort: [...CHANGED, ...LOGGED, 'write-comment'],
  'hand-off': CHANGED,
  rollback: ['open-modal', 'edit-message'],
  ask: ['answer'],
  'click-old-card': ['open-modal'],
  copies: [],
  'move-clock': [],
  pause: [],
  retire: ['start-run', 'list-runs', 'read-secrets', 'query-telemetry', 'commit-row'],
}
const APPROVED_BY: readonly PersonName[] = ['devopsLead', 'aiOpsOwner']

/** What an act makes the bot call, itself or within a few seconds. Whoever may not do it gets an answer only. */
export function callsOf(act: Act): readonly CallName[] {
  const calls = act.do === 'complete-step' ? OF_STEPS[act.step] : OF_ACTS[act.do]
  if (!('often' in act) || act.by === 'operator') return calls
  return APPROVED_BY.includes(act.by) && ['sign-off', 'reject', 'withdraw'].includes(act.do)
    ? calls
    : ['open-modal']
}
