import type { Action } from '#authorization/permissions'
import { STEP_IDS, type StepId } from '#domain/rotation/steps'
import { STATES, type State } from './rotation-states.ts'

/** Something that a person can do, who may, and in which states it then works. */
export interface Row {
  id: string
  /** Null where nobody is asked who they are. */
  action: Action | null
  works: readonly State[]
  /** The button or the command that opens the form. */
  opens?: string
  /** What the button carries or the command is followed by, instead of the rotation's label; `{label}` and `{day}` are filled in. */
  value?: string
  /** The step in whose modal the button is. */
  modal?: StepId
  /** States in which it may work or not, because something goes on by itself there. */
  either?: readonly State[]
  /** Whether it has nothing to do with a rotation, so that the state does not matter. */
  isGeneral?: true
}

const ALWAYS: readonly State[] = STATES
const UNCLOSED = STATES.filter((state) => state !== 'complete' && state !== 'aborted')
/** With old versions that somebody can decide about. */
const ROTATED = ['incident', 'signing', 'promoting', 'retiring'] as const
/** At the incident the old versions may have leaked: nobody goes back to them or keeps them for longer. */
const ROTATED_UNHARMED = ['signing', 'promoting', 'retiring'] as const

// A step is completed in these states where its checks have passed; `openEachState` completes each of them.
const STEPS_COMPLETED: Partial<Record<StepId, State[]>> = { 'automation-health': ['new'] }

export const FORM_ROWS: Row[] = [
  { id: 'start', action: 'start-rotation', works: ALWAYS, opens: 'open-start' },
  { id: 'incident', action: 'open-incident', works: ALWAYS, opens: 'open-incident' },
  ...STEP_IDS.map(
    (id): Row => ({ id, action: 'work-on-step', works: STEPS_COMPLETED[id] ?? [], opens: `open-step:${id}` }),
  ),
  { id: 'manual-step', action: 'record-manual-step', works: ['new'], opens: 'record-manual-step' },
  { id: 'sign-off', action: 'sign-off:devops-lead', works: ['signing'], opens: 'sign-off:devops-lead' },
  { id: 'sign-off', action: 'sign-off:ai-ops-owner', works: ['signing'], opens: 'sign-off:ai-ops-owner' },
  { id: 'reject', action: 'reject', works: ['signing'], opens: 'reject' },
  { id: 'withdraw', action: 'withdraw', works: ['promoting'], opens: 'withdraw' },
  { id: 'deploy', action: 'deploy', works: ['promoting'], opens: 'deploy:production' },
  { id: 'break-glass', action: 'break-glass', works: ['incident'], opens: 'break-glass' },
  { id: 'waive', action: 'waive', works: ALWAYS, opens: '/waive', value: 'production', isGeneral: true },
  { id: 'rollback', action: 'rollback', works: ROTATED_UNHARMED, opens: 'rollback' },
  { id: 'abort', action: 'abort-rotation', works: UNCLOSED, opens: 'abort' },
  { id: 'handoff', action: 'hand-off', works: UNCLOSED, opens: 'handoff' },
  // Reminders are quiet here: there is nothing to snooze.
  { id: 'snooze', action: 'snooze-reminders', works: [], opens: 'snooze', isGeneral: true },
  {
    id: 'record-revocation',
    action: 'record-revocation',
    works: ['signing', 'retiring'],
    either: ['promoting'],
    opens: 'record-revocation',
  },
  { id: 'adopt-run', action: 'adopt-run', works: ['open'], opens: 'adopt-run', modal: 'rotation-execution' },
  { id: 'escalate', action: 'escalate', works: UNCLOSED },
  { id: 'revoke-now', action: 'revoke-now', works: ROTATED, opens: 'revoke-now' },
  {
    id: 'extend-revocation',
    action: 'extend-revocation',
    works: ROTATED_UNHARMED,
    opens: 'extend-revocation',
  },
]

export const BUTTON_ROWS: Row[] = [
  ...STEP_IDS.map((step): Row => ({ id: `open-step:${step}`, action: 'work-on-step', works: ALWAYS })),
  { id: 'sign-off:devops-lead', action: 'sign-off:devops-lead', works: ['signing'] },
  { id: 'sign-off:ai-ops-owner', action: 'sign-off:ai-ops-owner', works: ['signing'] },
  { id: 'reject', action: 'reject', works: ['signing'] },
  { id: 'record-manual-step', action: 'record-manual-step', works: ['new'] },
  { id: 'record-revocation', action: 'record-revocation', works: ROTATED },
  { id: 'revoke-now', action: 'revoke-now', works: ROTATED },
  { id: 'extend-revocation', action: 'extend-revocation', works: ROTATED_UNHARMED },
  { id: 'handoff', action: 'hand-off', works: UNCLOSED },
  { id: 'escalate', action: 'escalate', works: UNCLOSED },
  { id: 'acknowledge', action: 'answer-escalation', works: ALWAYS, value: 'E1', isGeneral: true },
  { id: 'stand-down', action: 'answer-escalation', works: ALWAYS, value: 'E1', isGeneral: true },
  { id: 'rollback', action: 'rollback', works: ROTATED_UNHARMED },
  { id: 'abort', action: 'abort-rotation', works: UNCLOSED },
  { id: 'run-checks', action: 'work-on-step', works: ['new'], modal: 'inventory-review' },
  { id: 'start-workflow', action: 'work-on-step', works: ['open'], modal: 'rotation-execution' },
  { id: 'deploy:production', action: 'deploy', works: ['promoting'] },
  { id: 'deploy:sandbox', action: 'work-on-step', works: [], modal: 'integration-verification' },
  { id: 'verify:production', action: 'deploy', works: ['promoting'] },
  { id: 'withdraw', action: 'withdraw', works: ['promoting'] },
  { id: 'break-glass', action: 'break-glass', works: ['incident'] },
  { id: 'acknowledge-break-glass', action: 'acknowledge-break-glass', works: ['incident'] },
  { id: 'run-smoke', action: 'work-on-step', works: [], modal: 'integration-verification' },
  { id: 'adopt-run', action: 'adopt-run', works: ['open'], modal: 'rotation-execution' },
  { id: 'quote-lines:8831', action: 'work-on-step', works: [], modal: 'rotation-execution' },
  { id: 'share-status', action: 'post-status', works: ALWAYS, isGeneral: true },
  { id: 'show-status', action: 'read-status', works: ALWAYS, isGeneral: true },
  { id: 'show-help', action: null, works: ALWAYS, isGeneral: true },
  { id: 'open-incident', action: 'open-incident', works: ALWAYS, isGeneral: true },
  { id: 'trigger', action: 'open-incident', works: [], isGeneral: true },
  { id: 'scope', action: 'start-rotation', works: [], isGeneral: true },
  { id: 'start-due', action: 'start-rotation', works: [], isGeneral: true },
  { id: 'snooze', action: 'snooze-reminders', works: [], isGeneral: true },
  { id: 'export-inventory', action: 'export-inventory', works: ALWAYS, isGeneral: true },
  { id: 'show-timeline', action: 'read-rotation', works: ALWAYS },
  { id: 'trigger', action: 'open-incident', works: [], isGeneral: true },
  { id: 'open-start', action: 'start-rotation', works: ALWAYS, isGeneral: true },
]

export const COMMAND_ROWS: Row[] = [
  { id: 'status', action: 'read-status', works: ALWAYS, isGeneral: true },
  { id: 'start', action: 'start-rotation', works: ALWAYS, isGeneral: true },
  { id: 'incident', action: 'open-incident', works: ALWAYS, isGeneral: true },
  { id: 'show', action: 'read-rotation', works: ALWAYS },
  { id: 'history', action: 'read-history', works: ALWAYS, value: '10', isGeneral: true },
  { id: 'timeline', action: 'read-rotation', works: ALWAYS },
  { id: 'revocations', action: 'read-revocations', works: ALWAYS, isGeneral: true },
  { id: 'inventory', action: 'read-inventory', works: ALWAYS, isGeneral: true },
  { id: 'registry', action: 'propose-registry', works: ALWAYS, isGeneral: true },
  { id: 'handoff', action: 'hand-off', works: UNCLOSED, value: '<@U0OPERATORINGROUP> {label}' },
  {
    id: 'delegate',
    action: 'delegate:devops-lead',
    works: ALWAYS,
    value: '<@U0BYSTANDER> until {day} devops-lead',
    isGeneral: true,
  },
  {
    id: 'delegate',
    action: 'delegate:ai-ops-owner',
    works: ALWAYS,
    value: '<@U0BYSTANDER> until {day} ai-ops-owner',
    isGeneral: true,
  },
  { id: 'rollback', action: 'rollback', works: ROTATED_UNHARMED },
  { id: 'abort', action: 'abort-rotation', works: UNCLOSED },
  { id: 'waive', action: 'waive', works: ALWAYS, value: 'production', isGeneral: true },
  { id: 'who', action: 'read-delegations', works: ALWAYS, isGeneral: true },
  { id: 'doctor', action: 'run-doctor', works: ALWAYS, isGeneral: true },
  { id: 'help', action: null, works: ALWAYS, value: '', isGeneral: true },
]
