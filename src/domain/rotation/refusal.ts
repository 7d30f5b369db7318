import type { Barred } from '#domain/time/windows'
import type { CheckResult, Instant, Role, RotationStatus, Run, Severity, Trigger } from './rotation.ts'
import type { StepId } from './steps.ts'
import type { WorkType } from './work-types.ts'

/** Every reason to refuse, with the details of its sentence. Worded in `views/refusal.ts` only. */
export interface Refusals {
  'unknown-rotation': { label: string }
  /** `ask`: who may, by id; `label`: the rotation that it is about. */
  'not-allowed': {
    what: 'operate' | 'respond' | 'decide' | 'waive' | Role
    ask?: string[]
    label?: string | undefined
  }
  /** A guest, somebody of another workspace, a bot, or an account that is deactivated. */
  'not-a-member': Record<string, never>
  'permission-unreadable': Record<string, never>
  /** `at` is when it was closed; where it is not, when it was opened. */
  'rotation-closed': { rotation: number; status: Exclude<RotationStatus, 'open'>; at: Instant }
  'empty-scope': Record<string, never>
  /** `incident`: whether the form can raise or supersede it. */
  'token-in-open-rotation': { tokens: { label: string; rotation: number }[]; incident?: boolean }
  /** They were not shown to the person who wants to supersede them. */
  'opened-meanwhile': { rotations: number[] }
  'already-incident': { rotation: number; trigger: Trigger; severity: Severity | null; at: Instant }
  'raise-too-late': { rotation: number }
  'unreadable-registry': { reason: string }
  /** Whether the database is the newest one is unknown. */
  'records-not-compared': { reason: string }
  'step-not-open': { step: StepId; waitsFor: StepId[] }
  'step-completed': { step: StepId; by: string; at: Instant }
  'step-done-by-other': { step: StepId; by: string; at: Instant }
  'attestation-missing': { missing: string[] }
  'attestation-unknown': { step: StepId; ids: string[] }
  'attestations-changed': { step: StepId }
  'checks-not-run': { titles: string[] }
  'checks-stale': { minutes: number }
  'checks-not-passed': { results: CheckResult[] }
  'break-glass-refused': {
    rotation: number
    why:
      | 'no-anomaly'
      | 'signed'
      | 'no-new-versions'
      | 'nothing-to-deploy'
      | 'requested'
      | 'acknowledged'
      | 'not-requested'
      | 'own-request'
  }
  /** No row of the log is sealed, so the promotion gate trusts none. */
  'log-not-signed': Record<string, never>
  /** In the past, missing, or more than this many days away. */
  'waiver-time': { days: number }
  /** They worked on this rotation, whose environment they want to let pass. */
  'own-release': { rotation: number }
  /** `sign-off.confirm` is `github`, and the config does not say who they are there. */
  'no-login': Record<string, never>
  'not-promoting': { environment: string }
  'unknown-environment': { environment: string }
  'not-in-scope': { environment: string }
  /** In a command; `kind` as in “a GitHub token”. */
  'typed-credential': { kind: string }
  /** `environment` is null for the start of a rotation. */
  'window-closed': { environment: string | null } & Barred
  /** An incident may be deployed all the same, with a reason. */
  'window-reason-missing': { environment: string } & Barred
  'run-not-found': { rotation: number }
  'run-failed': { runId: number }
  /** No failed run of the step, or a later one has replaced it. */
  'run-not-failed': { runId: number }
  'environment-missing': { runId: number }
  'unsigned-version-current': { environment: string; rotation: number }
  /** Starting the run promotes these environments before the sign-offs. */
  'promotes-at-once': { environments: string[]; titles: string[] }
  'environment-waits': { environment: string; before: string }
  'unlisted-environments': { tokens: string[] }
  /** `isSame`: the run that is in progress is the one that was asked for. */
  'run-in-progress': Pick<Run, 'kind' | 'environment' | 'url'> & { isSame: boolean }
  'steps-open': { steps: StepId[] }
  'owner-cannot-sign': Record<string, never>
  'worker-cannot-sign': { steps: StepId[]; did: WorkType[] }
  /** The person on whose behalf a delegate would sign. */
  'holder-cannot-sign': { holder: string; why: 'owner' | 'worker' | 'signed' }
  'same-person-twice': { role: Role }
  'already-signed': { role: Role; by: string; at: Instant }
  'content-changed': Record<string, never>
  /** Nothing, or something else, was shown to the person for this role. */
  'not-shown': { role: Role }
  /** Had passed when its step was completed. */
  'no-longer-true': { results: CheckResult[] }
  'reason-missing': Record<string, never>
  'steps-missing': Record<string, never>
  'check-needs-no-exception': { title: string | null }
  'already-owner': Record<string, never>
  'signed-meanwhile': Record<string, never>
  'nothing-to-revoke': { rotation: number }
  /** A machine sees these versions readable and labelled. */
  'still-alive': { versions: string[] }
  'nothing-to-roll-back': { rotation: number }
  'rollback-by-workflow': { rotation: number }
  /** `possible`: how many tokens of the rotation can be rolled back. */
  'cannot-roll-back': {
    versions: {
      label: string
      why: 'destroyed' | 'leaked' | 'recorded' | 'forced' | 'current' | 'in-progress' | 'rolled-back'
    }[]
    possible: number
  }
  'nothing-to-extend': { rotation: number }
  'not-hours': Record<string, never>
  'extension-too-short': { deadline: Instant }
  /** In total, after the replacement. */
  'extension-too-long': { latest: Instant; days: number }
  'not-a-day': { text: string }
  /** `earliest` is the first allowed day, in `timeZone`. */
  'day-past': { text: string; timeZone: string; earliest: string }
  'day-too-far': { text: string; days: number; latest: string }
  /** `rotations` are those that the tokens are in. */
  'nothing-due': { rotations: number[] }
  'nothing-to-snooze': Record<string, never>
  'delegate-not-eligible':
    | { why: 'unknown' | 'yourself' | 'bot' | 'deactivated' | 'guest' | 'outsider' }
    | { why: 'owner'; rotation: number }
    | { why: 'other-role'; role: Role }
  'role-unclear': Record<string, never>
  'no-delegation': Record<string, never>
  'changed-meanwhile': Record<string, never>
  /** Another process holds the database's write lock. */
  'database-busy': Record<string, never>
  /** The person asks too often. */
  'too-many': { seconds: number }
  /** A button or form that this version does not have. */
  'older-version': Record<string, never>
  'unknown-escalation': Record<string, never>
  'escalation-already-resolved': { at: Instant }
  'already-acknowledged': { by: string; at: Instant }
}

export type RefusalCode = keyof Refusals

/** Thrown when a person asks for something that cannot be done; never for programming errors. */
export class Refusal<Code extends RefusalCode = RefusalCode> extends Error {
  readonly code: Code
  readonly details: Refusals[Code]

  constructor(code: Code, details: Refusals[Code]) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.details = details
  }
}
