import { assertMay, mayCarryOut } from '#authorization/assert-may'
import { handOff } from '#operations/hand-off'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitHandoff: FormHandler = async (submission, context) => {
  await assertMay(context, submission.user, 'operate', submission.metadata?.rotation)
  const errors = await inspectTexts(submission, [INPUTS.reason])
  const to = submission.person(INPUTS.owner)
  if (to === '') errors[INPUTS.owner] = 'Choose who carries on.'
  else if (!(await mayCarryOut(context, to, submission.metadata?.rotation)))
    errors[INPUTS.owner] =
      'This person is not among the operators in the configuration, so they could not carry on. Choose another, or have them added.'
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(submission.metadata?.rotation)
  const reason = submission.text(INPUTS.reason).trim()
  await handOff(context, id, { by: submission.user, to, reason })
  return null
}
