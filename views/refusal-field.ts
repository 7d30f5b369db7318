import type { RefusalCode } from '#domain/rotation/refusal'
import { INPUTS, type InputId } from './ids.ts'

/** The inputs that show a refusal in a form, in order of preference; otherwise the form's first input shows it. */
const FIELDS: Partial<Record<RefusalCode, InputId[]>> = {
  'empty-scope': [INPUTS.scope],
  'token-in-open-rotation': [INPUTS.openRotation, INPUTS.scope],
  'opened-meanwhile': [INPUTS.openRotation, INPUTS.scope],
  'already-incident': [INPUTS.openRotation, INPUTS.scope],
  'raise-too-late': [INPUTS.openRotation, INPUTS.scope],
  'unreadable-registry': [INPUTS.scope],
  'unlisted-environments': [INPUTS.scope],
  'attestation-missing': [INPUTS.attest],
  'attestation-unknown': [INPUTS.attest],
  'attestations-changed': [INPUTS.attest],
  'checks-not-run': [INPUTS.attest],
  'checks-stale': [INPUTS.attest],
  'checks-not-passed': [INPUTS.attest],
  'reason-missing': [INPUTS.reason, INPUTS.notes],
  'window-reason-missing': [INPUTS.reason],
  'window-closed': [INPUTS.scope],
  'run-not-found': [INPUTS.run],
  'run-failed': [INPUTS.run],
  'environment-missing': [INPUTS.environment],
  'no-login': [INPUTS.comment],
  'not-a-day': [INPUTS.until],
  'waiver-time': [INPUTS.until],
  'log-not-signed': [INPUTS.reason],
  'own-release': [INPUTS.reason],
  'day-past': [INPUTS.until],
  'day-too-far': [INPUTS.until],
  'nothing-to-snooze': [INPUTS.until],
  'not-hours': [INPUTS.hours],
  'extension-too-short': [INPUTS.hours],
  'extension-too-long': [INPUTS.hours],
  'nothing-to-extend': [INPUTS.hours],
  'steps-missing': [INPUTS.steps],
  'check-needs-no-exception': [INPUTS.check],
  'nothing-to-revoke': [INPUTS.versions],
  'still-alive': [INPUTS.versions],
  'nothing-to-roll-back': [INPUTS.versions],
  'cannot-roll-back': [INPUTS.versions],
  'rollback-by-workflow': [INPUTS.versions],
  'already-owner': [INPUTS.owner],
  'signed-meanwhile': [INPUTS.owner],
  'content-changed': [INPUTS.comment],
  'not-shown': [INPUTS.comment],
  'no-longer-true': [INPUTS.comment],
  'owner-cannot-sign': [INPUTS.comment],
  'worker-cannot-sign': [INPUTS.comment],
  'holder-cannot-sign': [INPUTS.comment],
  'same-person-twice': [INPUTS.comment],
  'already-signed': [INPUTS.comment],
}

/**
 * The `block_id` that shows a refusal. Always one of the form's own inputs, because Slack ignores errors for others.
 *
 * @param inputs the form's inputs in order, at least one
 */
export const refusalField = (code: RefusalCode, inputs: readonly InputId[]): InputId =>
  FIELDS[code]?.find((field) => inputs.includes(field)) ?? inputs[0] ?? INPUTS.reason
