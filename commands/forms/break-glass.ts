import { assertMay } from '#authorization/authorize'
import { requestBreakGlass } from '#operations/break-glass'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitBreakGlass: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'break-glass', label: metadata?.rotation })
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  if (hasErrors(errors)) return errors
  const reason = submission.text(INPUTS.reason).trim()
  await requestBreakGlass(context, rotationIdOf(metadata?.rotation), { by: user, reason })
  return null
}
