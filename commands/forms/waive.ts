import { assertMay } from '#authorization/authorize'
import { waive } from '#operations/waive'
import { INPUTS } from '#views/ids'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitWaive: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  const { role, delegateOf } = await assertMay(context, { user, action: 'waive' })
  if (!role) throw new TypeError('a waiver in no approver role')
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  if (hasErrors(errors)) return errors
  await waive(context, {
    environment: metadata?.environment ?? '',
    until: submission.moment(INPUTS.until),
    reason: submission.text(INPUTS.reason).trim(),
    by: user,
    role,
    delegateOf,
  })
  return null
}
