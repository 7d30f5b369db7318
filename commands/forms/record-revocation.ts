import { assertMay } from '#authorization/authorize'
import { recordRevocations } from '#operations/record-revocations'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, readManualWork } from './form.ts'

export const submitRecordRevocation: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'record-revocation', label: metadata?.rotation })
  const { work, errors } = await readManualWork(submission)
  const ids = submission.choices(INPUTS.versions).map(Number)
  if (ids.length === 0) errors[INPUTS.versions] = 'Choose the versions that were revoked.'
  if (hasErrors(errors)) return errors
  await recordRevocations(context, rotationIdOf(submission.metadata?.rotation), { ...work, ids })
  return null
}
