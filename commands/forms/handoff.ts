import { assertMay, authorize } from '#authorization/authorize'
import { handOff } from '#operations/hand-off'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitHandoff: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  const label = metadata?.rotation
  const lists = context.people.openLists()
  await assertMay(context, { user, action: 'hand-off', label }, lists)
  const errors = await inspectTexts(submission, [INPUTS.reason])
  const to = submission.person(INPUTS.owner)
  if (to === '') errors[INPUTS.owner] = 'Choose the new owner.'
  else if (!(await authorize(context, { user: to, action: 'own-rotation', label }, lists)).allowed)
    errors[INPUTS.owner] =
      'This person is not an operator in the configuration. Choose somebody else, or ask for them to be added.'
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(label)
  const reason = submission.text(INPUTS.reason).trim()
  await handOff(context, id, { by: user, to, reason })
  return null
}
