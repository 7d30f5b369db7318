import type { PeopleList } from '#domain/ports/people'
import type { Refusals } from '#domain/rotation/refusal'
import { ROLES } from '#domain/rotation/rotation'

/**
 * When the people of a list may do something: `always`, `at-incidents` (only on a rotation that is an incident), or
 * `with-delegates` (always, and so may their active delegates).
 */
export type Grant = 'always' | 'at-incidents' | 'with-delegates'

/** Who may do one thing: the lists of the config, or everyone in the workspace. */
export type Permission = 'everyone' | Partial<Record<PeopleList, Grant>>

const OPERATORS = { operators: 'always' } as const
// Whoever is on call opens incidents and owns them, so they can also carry them out.
const WORKERS = { operators: 'always', 'on-call': 'at-incidents' } as const
const RESPONDERS = { operators: 'always', 'on-call': 'always' } as const

/**
 * Who may do what. Lists that a row leaves out may not. An action without a row does not compile.
 *
 * Two rules apply in addition, when a change is saved: owners, former owners and everyone who worked on a rotation may not
 * sign it, and a person signs for one role only (`domain/rotation/separation-of-duties.ts`). Who can be a delegate is in
 * `domain/approvers/delegation.ts`.
 */
export const PERMISSIONS = {
  'read-status': 'everyone',
  'read-history': 'everyone',
  'read-rotation': 'everyone',
  'read-revocations': 'everyone',
  'read-inventory': 'everyone',
  'read-delegations': 'everyone',
  'export-inventory': 'everyone',
  // Shared where the person asked; they may write there anyway.
  'share-status': 'everyone',
  // From the App Home, in the configured channel.
  'post-status': OPERATORS,

  'start-rotation': OPERATORS,
  'snooze-reminders': OPERATORS,
  'propose-registry': OPERATORS,
  'run-doctor': OPERATORS,

  'work-on-step': WORKERS,
  deploy: WORKERS,
  'adopt-run': WORKERS,
  'record-manual-step': WORKERS,
  'record-revocation': WORKERS,
  'revoke-now': RESPONDERS,
  'extend-revocation': RESPONDERS,
  'hand-off': WORKERS,
  'own-rotation': WORKERS,
  rollback: WORKERS,
  'abort-rotation': WORKERS,

  'break-glass': RESPONDERS,
  'open-incident': RESPONDERS,
  'answer-escalation': RESPONDERS,
  // Escalating notifies people at night, so only people with a part in rotations may do it.
  escalate: { ...RESPONDERS, 'devops-lead': 'with-delegates', 'ai-ops-owner': 'with-delegates' },

  'sign-off:devops-lead': { 'devops-lead': 'with-delegates' },
  'sign-off:ai-ops-owner': { 'ai-ops-owner': 'with-delegates' },
  'acknowledge-break-glass': { 'devops-lead': 'with-delegates', 'ai-ops-owner': 'with-delegates' },
  waive: { 'devops-lead': 'with-delegates', 'ai-ops-owner': 'with-delegates' },
  withdraw: { 'devops-lead': 'with-delegates', 'ai-ops-owner': 'with-delegates' },
  reject: { 'devops-lead': 'with-delegates', 'ai-ops-owner': 'with-delegates' },
  // A delegate may not delegate further.
  'delegate:devops-lead': { 'devops-lead': 'always' },
  'delegate:ai-ops-owner': { 'ai-ops-owner': 'always' },
} as const satisfies Record<string, Permission>

/** Everything that commands, buttons and forms ask permission for. */
export type Action = keyof typeof PERMISSIONS

/** The permission that a refusal names. */
export function lackedFor(action: Action): Refusals['not-allowed']['what'] {
  const permission: Permission = PERMISSIONS[action]
  if (permission === 'everyone') return 'operate'
  if (action === 'waive') return 'waive'
  const [role, other] = ROLES.filter((each) => permission[each])
  if (permission.operators) return permission['on-call'] === 'always' && !role ? 'respond' : 'operate'
  return role && !other ? role : 'decide'
}
