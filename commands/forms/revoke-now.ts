import { assertMay } from '#authorization/authorize'
import { forceRevocation } from '#operations/decide-revocation'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitRevokeNow: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'revoke-now', label: metadata?.rotation })
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  const ids = submission.choices(INPUTS.versions).map(Number)
  if (ids.length === 0) errors[INPUTS.versions] = 'Choose the versions to revoke now.'
  if (hasErrors(errors)) return errors
  const reason = submission.text(INPUTS.reason).trim()
  await forceRevocation(context, rotationIdOf(metadata?.rotation), { ids, reason, by: user })
  return null
}
