import type { Role } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'

/** `callback_id` of each modal; a step's modal has the step's own id. */
export const FORMS = {
  start: 'start',
  incident: 'incident',
  manualStep: 'manual-step',
  signOff: 'sign-off',
  reject: 'reject',
  withdraw: 'withdraw',
  deploy: 'deploy',
  breakGlass: 'break-glass',
  waive: 'waive',
  rollback: 'rollback',
  abort: 'abort',
  handoff: 'handoff',
  snooze: 'snooze',
  recordRevocation: 'record-revocation',
  adoptRun: 'adopt-run',
  escalate: 'escalate',
  revokeNow: 'revoke-now',
  extendRevocation: 'extend-revocation',
  message: 'message',
} as const

/** `action_id` of each button. A button about a rotation has its label as `value`, `R42`. */
export const ACTIONS = {
  openStep: (step: StepId): string => `open-step:${step}`,
  signOff: (role: Role): string => `sign-off:${role}`,
  reject: 'reject',
  escalate: 'escalate',
  recordManualStep: 'record-manual-step',
  recordRevocation: 'record-revocation',
  revokeNow: 'revoke-now',
  extendRevocation: 'extend-revocation',
  handoff: 'handoff',
  rollback: 'rollback',
  abort: 'abort',
  runChecks: 'run-checks',
  startWorkflow: 'start-workflow',
  /** In step 4's modal: deploys. On the card: opens the form `deploy`. */
  deploy: (environment: string): string => `deploy:${environment}`,
  /** Runs an environment's checks again while it is promoted. */
  verify: (environment: string): string => `verify:${environment}`,
  withdraw: 'withdraw',
  breakGlass: 'break-glass',
  acknowledgeBreakGlass: 'acknowledge-break-glass',
  runSmoke: 'run-smoke',
  /** Quotes the failing lines of a run's log, by the CI's id of the run. */
  quoteLines: (runId: number): string => `quote-lines:${runId}`,
  /** Opens the form that makes a run of others part of the rotation. */
  adoptRun: 'adopt-run',
  shareStatus: 'share-status',
  showStatus: 'show-status',
  showHelp: 'show-help',
  openStart: 'open-start',
  acknowledge: 'acknowledge',
  standDown: 'stand-down',
  openIncident: 'open-incident',
  startDue: 'start-due',
  snooze: 'snooze',
  exportInventory: 'export-inventory',
  showTimeline: 'show-timeline',
  /** The overflow menu of a card; each option acts as the button that its value names. */
  more: 'more',
} as const

/** The `value` of an option in an overflow menu: the button's `action_id`, and its value. */
export const menuValue = (actionId: string, value: string): string => `${actionId}:${value}`

/** Parses `handoff:R42`. */
export function parseMenuValue(text: string): { actionId: string; value: string } {
  const end = text.lastIndexOf(':')
  return { actionId: text.slice(0, Math.max(end, 0)), value: text.slice(end + 1) }
}

/** The `value` of a button about an escalation, which may have no rotation. */
export const escalationValue = (id: number): string => `E${id}`

/** The `value` of a button about the tokens that are overdue now. */
export const OVERDUE = 'overdue'

/** Parses `E17`; null for anything else. */
export function parseEscalationValue(value: string): number | null {
  const match = /^E([1-9]\d{0,8})$/.exec(value)
  return match ? Number(match[1]) : null
}

/** `open-step:` and `sign-off:` buttons, with what follows the colon as the first group. */
export const ACTION_PATTERNS = {
  openStep: /^open-step:(.+)$/,
  signOff: /^sign-off:(.+)$/,
  deploy: /^deploy:(.+)$/,
  verify: /^verify:(.+)$/,
  quoteLines: /^quote-lines:(\d{1,15})$/,
} as const

/** `block_id` of each input; its element's `action_id` is the same. */
export const INPUTS = {
  scope: 'scope',
  reason: 'reason',
  trigger: 'trigger',
  severity: 'severity',
  attest: 'attest',
  evidence: 'evidence',
  files: 'files',
  notes: 'notes',
  check: 'check',
  commands: 'commands',
  proof: 'proof',
  comment: 'comment',
  steps: 'steps',
  versions: 'versions',
  run: 'run',
  environment: 'environment',
  owner: 'owner',
  openRotation: 'open-rotation',
  oldVersions: 'old-versions',
  page: 'page',
  done: 'done',
  until: 'until',
  hours: 'hours',
} as const

export type InputId = (typeof INPUTS)[keyof typeof INPUTS]

/** `event_type` in the metadata of the bot's messages. */
export const MESSAGE_TYPES = {
  card: 'rotation_card',
  approvalNotice: 'rotation_approved',
  notice: 'rotation_notice',
  databaseGap: 'rotation_database_gap',
  channelOutage: 'rotation_channel_outage',
  testNotice: 'rotation_test_notice',
  reminder: 'rotation_reminder',
  escalation: 'rotation_escalation',
  delegation: 'rotation_delegation',
  snooze: 'rotation_snooze',
  moved: 'rotation_card_moved',
  waiver: 'rotation_waiver',
} as const
