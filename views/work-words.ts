import type { Refusals } from '#domain/rotation/refusal'
import type { WorkType } from '#domain/rotation/work-types'

/** What somebody did, after their name or “You”. */
export const WORK_WORDS: Record<WorkType, string> = {
  'rotation-opened': 'opened this rotation',
  'raised-to-incident': 'made it an incident',
  'run-requested': 'started a workflow for it',
  'run-adopted': 'adopted a run for it',
  'step-completed': 'completed a step of it',
  'lines-quoted': 'quoted a log in it',
  'exception-recorded': 'recorded a manual step in it',
  'break-glass-requested': 'asked to deploy before the sign-offs',
  'rollback-requested': 'rolled tokens back',
  'owner-changed': 'handed it off',
  'revocation-forced': 'decided to revoke its old versions',
  'revocation-extended': 'extended the deadline of its old versions',
  'revocation-recorded': 'recorded revocations of it',
}

/** Why the person on whose behalf a delegate would sign may not sign, after “who”. */
export const HOLDER_WORDS: Record<Refusals['holder-cannot-sign']['why'], string> = {
  owner: 'owns or owned it',
  worker: 'worked on it',
  signed: 'has signed it',
}
