import { heldRole } from '#authorization/held-role'
import { isStepId } from '#domain/rotation/steps'
import { rejectRotation } from '#operations/sign-off'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitReject: FormHandler = async (submission, context) => {
  const role = await heldRole(context, submission.user)
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(submission.metadata?.rotation)
  const reopen = submission.choices(INPUTS.steps).filter(isStepId)
  const reason = submission.text(INPUTS.reason).trim()
  const delegateOf = await context.people.placeOf(submission.user, role)
  await rejectRotation(context, id, { role, by: submission.user, delegateOf, reason, reopen })
  return null
}
