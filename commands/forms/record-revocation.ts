import { assertMay } from '#authorization/authorize'
import { recordRevocations } from '#operations/record-revocations'
import { INPUTS } from '#views/ids'
import { findState } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts, readLinks } from './form.ts'

export const submitRecordRevocation: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'record-revocation', label: metadata?.rotation })
  const errors = await inspectTexts(submission, [INPUTS.notes, INPUTS.commands, INPUTS.proof], [INPUTS.notes])
  const proof = readLinks(submission, INPUTS.proof, errors)
  const ids = submission.choices(INPUTS.versions).map(Number)
  if (ids.length === 0) errors[INPUTS.versions] = 'Choose the versions that were revoked.'
  if (hasErrors(errors)) return errors
  const { rotation } = await findState(context, submission.metadata?.rotation)
  await recordRevocations(context, rotation.id, {
    ids,
    what: submission.text(INPUTS.notes).trim(),
    commands: submission.text(INPUTS.commands).trim(),
    proof,
    by: submission.user,
  })
  return null
}
