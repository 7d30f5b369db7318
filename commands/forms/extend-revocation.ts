import { assertMay } from '#authorization/authorize'
import { extendRevocation } from '#operations/decide-revocation'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitExtendRevocation: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'extend-revocation', label: metadata?.rotation })
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  if (hasErrors(errors)) return errors
  const reason = submission.text(INPUTS.reason).trim()
  const hours = Number(submission.text(INPUTS.hours))
  await extendRevocation(context, rotationIdOf(metadata?.rotation), { hours, reason, by: user })
  return null
}
