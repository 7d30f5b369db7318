import { assertMay } from '#authorization/authorize'
import { abortRotation } from '#operations/abort-rotation'
import { INPUTS } from '#views/ids'
import { findState } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitAbort: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'abort-rotation', label: metadata?.rotation })
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  if (hasErrors(errors)) return errors
  const { rotation } = await findState(context, submission.metadata?.rotation)
  await abortRotation(context, rotation.id, submission.user, submission.text(INPUTS.reason).trim())
  return null
}
