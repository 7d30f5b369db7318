import { assertMay } from '#authorization/authorize'
import { escalate } from '#operations/escalate'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

/** Notifies on-call, with what they should know first. */
export const submitEscalate: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'escalate' })
  const errors = await inspectTexts(submission, [INPUTS.reason])
  if (hasErrors(errors)) return errors
  await escalate(context, rotationIdOf(metadata?.rotation), user, submission.text(INPUTS.reason).trim())
  return null
}
