import { assertMay } from '#authorization/authorize'
import { withdrawApproval } from '#operations/withdraw-approval'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitWithdraw: FormHandler = async (submission, context) => {
  const { user } = submission
  const { role, delegateOf } = await assertMay(context, { user, action: 'withdraw' })
  if (!role) throw new TypeError('a withdrawal in no approver role')
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(submission.metadata?.rotation)
  const reason = submission.text(INPUTS.reason).trim()
  await withdrawApproval(context, id, { role, by: user, reason, delegateOf })
  return null
}
