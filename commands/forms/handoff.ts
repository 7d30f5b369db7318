import { assertMay, mayCarryOut } from '#authorization/assert-may'
import { handOff } from '#operations/hand-off'
import { INPUTS } from '#views/ids'
import { findState } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitHandoff: FormHandler = async (submission, context) => {
  await assertMay(context, submission.user, 'operate', submission.metadata?.rotation)
  const errors = await inspectTexts(submission, [INPUTS.reason])
  const to = submission.person(INPUTS.owner)
  if (to === '') errors[INPUTS.owner] = 'Choose the new owner.'
  else if (!(await mayCarryOut(context, to, submission.metadata?.rotation)))
    errors[INPUTS.owner] =
      'This person is not an operator in the configuration. Choose somebody else, or ask for them to be added.'
  if (hasErrors(errors)) return errors
  const { rotation } = await findState(context, submission.metadata?.rotation)
  const reason = submission.text(INPUTS.reason).trim()
  await handOff(context, rotation.id, { by: submission.user, to, reason })
  return null
}
