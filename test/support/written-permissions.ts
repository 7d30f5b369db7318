import type { Action } from '#authorization/permissions'
import type { Role } from '#domain/rotation/rotation'

/** The lists of the config, by person and by user group. */
export const PEOPLE = {
  operators: ['U0OPERATOR', 'S0OPERATORS'],
  'on-call': 'S0ONCALL',
  'devops-lead': ['U0LEAD', 'S0LEADS'],
  'ai-ops-owner': ['U0OWNER', 'S0OWNERS'],
}

/** Slack took the deactivated people out of their groups; what they delegated before is still in the database. */
export const GROUPS = {
  S0OPERATORS: ['U0OPERATORINGROUP'],
  S0ONCALL: ['U0ONCALL'],
  S0LEADS: ['U0LEADINGROUP'],
  S0OWNERS: ['U0OWNERINGROUP'],
}

/** Role, who delegates, and to whom. */
export const DELEGATIONS: [Role, string, string][] = [
  ['devops-lead', 'U0LEAD', 'U0LEADDELEGATE'],
  ['devops-lead', 'U0LEADINGROUP', 'U0LEADINGROUPDELEGATE'],
  ['ai-ops-owner', 'U0OWNERINGROUP', 'U0OWNERDELEGATE'],
  ['devops-lead', 'U0DEACTIVATED', 'U0DEACTIVATEDDELEGATE'],
  ['devops-lead', 'U0LEADDELEGATE', 'U0DELEGATEDELEGATE'],
]

/** Every kind of person, with the column of the table that holds for them. */
export const KINDS: [string, number][] = [
  ['U0OPERATOR', 0],
  ['U0OPERATORINGROUP', 0],
  ['U0ONCALL', 1],
  ['U0LEAD', 2],
  ['U0LEADINGROUP', 2],
  ['U0OWNER', 3],
  ['U0OWNERINGROUP', 3],
  ['U0LEADDELEGATE', 4],
  ['U0LEADINGROUPDELEGATE', 4],
  ['U0OWNERDELEGATE', 5],
  ['U0BYSTANDER', 6],
  ['U0DEACTIVATED', 6],
  ['U0DEACTIVATEDDELEGATE', 6],
  ['U0DELEGATEDELEGATE', 6],
]

/** `incident`: on a rotation that is one. */
export type May = 'yes' | 'no' | 'incident'
const [Y, N, I] = ['yes', 'no', 'incident'] as const

/** Who may do what, written down apart from the code. */
// Operator, on-call, DevOps lead, AI Ops owner, the lead's delegate, the owner's delegate, everybody else.
export const WRITTEN: Record<Action, [May, May, May, May, May, May, May]> = {
  'read-status': [Y, Y, Y, Y, Y, Y, Y],
  'read-history': [Y, Y, Y, Y, Y, Y, Y],
  'read-rotation': [Y, Y, Y, Y, Y, Y, Y],
  'read-revocations': [Y, Y, Y, Y, Y, Y, Y],
  'read-inventory': [Y, Y, Y, Y, Y, Y, Y],
  'read-delegations': [Y, Y, Y, Y, Y, Y, Y],
  'export-inventory': [Y, Y, Y, Y, Y, Y, Y],
  'share-status': [Y, Y, Y, Y, Y, Y, Y],
  'post-status': [Y, N, N, N, N, N, N],
  'start-rotation': [Y, N, N, N, N, N, N],
  'snooze-reminders': [Y, N, N, N, N, N, N],
  'propose-registry': [Y, N, N, N, N, N, N],
  'run-doctor': [Y, N, N, N, N, N, N],
  'work-on-step': [Y, I, N, N, N, N, N],
  deploy: [Y, I, N, N, N, N, N],
  'adopt-run': [Y, I, N, N, N, N, N],
  'record-manual-step': [Y, I, N, N, N, N, N],
  'record-revocation': [Y, I, N, N, N, N, N],
  'revoke-now': [Y, Y, N, N, N, N, N],
  'extend-revocation': [Y, Y, N, N, N, N, N],
  'hand-off': [Y, I, N, N, N, N, N],
  'own-rotation': [Y, I, N, N, N, N, N],
  rollback: [Y, I, N, N, N, N, N],
  'abort-rotation': [Y, I, N, N, N, N, N],
  'open-incident': [Y, Y, N, N, N, N, N],
  'answer-escalation': [Y, Y, N, N, N, N, N],
  escalate: [Y, Y, Y, Y, Y, Y, N],
  'sign-off:devops-lead': [N, N, Y, N, Y, N, N],
  'sign-off:ai-ops-owner': [N, N, N, Y, N, Y, N],
  'break-glass': [Y, Y, N, N, N, N, N],
  'acknowledge-break-glass': [N, N, Y, Y, Y, Y, N],
  waive: [N, N, Y, Y, Y, Y, N],
  withdraw: [N, N, Y, Y, Y, Y, N],
  reject: [N, N, Y, Y, Y, Y, N],
  'delegate:devops-lead': [N, N, Y, N, N, N, N],
  'delegate:ai-ops-owner': [N, N, N, Y, N, N, N],
}
