import { assertMay } from '#authorization/authorize'
import { rollBack } from '#operations/roll-back'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitRollback: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'rollback', label: metadata?.rotation })
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  const ids = submission.choices(INPUTS.versions).map(Number)
  if (ids.length === 0) errors[INPUTS.versions] = 'Tick the tokens to roll back.'
  if (hasErrors(errors)) return errors
  const reason = submission.text(INPUTS.reason).trim()
  await rollBack(context, rotationIdOf(metadata?.rotation), { ids, reason, by: user })
  return null
}
