/** What changes a rotation. Whoever did one of these may not sign it. Stored: never rename one. */
export const WORK_TYPES = [
  'rotation-opened',
  'raised-to-incident',
  'run-requested',
  'run-adopted',
  'step-completed',
  'lines-quoted',
  'exception-recorded',
  'break-glass-requested',
  'rollback-requested',
  'owner-changed',
  'revocation-forced',
  'revocation-extended',
  'revocation-recorded',
] as const

export type WorkType = (typeof WORK_TYPES)[number]
