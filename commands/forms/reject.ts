import { assertMay } from '#authorization/authorize'
import { isStepId } from '#domain/rotation/steps'
import { rejectRotation } from '#operations/sign-off'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitReject: FormHandler = async (submission, context) => {
  const { user } = submission
  const { role, delegateOf } = await assertMay(context, { user, action: 'reject' })
  if (!role) throw new TypeError('a rejection in no approver role')
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(submission.metadata?.rotation)
  const reopen = submission.choices(INPUTS.steps).filter(isStepId)
  const reason = submission.text(INPUTS.reason).trim()
  await rejectRotation(context, id, { role, by: user, delegateOf, reason, reopen })
  return null
}
