import { assertMay } from '#authorization/authorize'
import { abortRotation } from '#operations/abort-rotation'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitAbort: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'abort-rotation', label: metadata?.rotation })
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(submission.metadata?.rotation)
  await abortRotation(context, id, submission.user, submission.text(INPUTS.reason).trim())
  return null
}
