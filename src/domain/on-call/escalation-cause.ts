/** Why on-call is paged. The keys are stored in the history: add some, never rename one. */
export const CAUSE_TITLES = {
  incident: 'incident',
  requested: 'help was requested',
  'run-failed': 'a workflow failed',
  'check-failed': 'a check keeps failing',
  'revocation-overdue': 'an old version outlives its deadline',
  'deployment-missing': 'a deployment is missing shortly before the deadline of old versions',
  'decision-missing': 'somebody must decide about an old version before its deadline',
  'sign-off-waiting': 'a sign-off waits too long',
  'run-waiting': 'a run waits too long for an approval in GitHub',
  'tokens-overdue': 'tokens are overdue',
} as const

export type EscalationCause = keyof typeof CAUSE_TITLES

export const isCause = (text: string): text is EscalationCause => Object.hasOwn(CAUSE_TITLES, text)
