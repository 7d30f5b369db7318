import { recordManualStep } from '#operations/record-manual-step'
import { INPUTS } from '#views/ids'
import { findState } from '../find-state.ts'
import { assertMay } from '../open-modal.ts'
import { type FormHandler, hasErrors, inspectTexts, readLinks } from './form.ts'

export const submitManualStep: FormHandler = async (submission, context) => {
  await assertMay(context, submission.user, 'operate')
  const errors = await inspectTexts(submission, [INPUTS.notes, INPUTS.commands, INPUTS.proof], [INPUTS.notes])
  const proof = readLinks(submission, INPUTS.proof, errors)
  const { rotation, definitions } = await findState(context, submission.metadata?.rotation)
  const check = submission.choices(INPUTS.check).find((id) => definitions.some((each) => each.id === id))
  if (!check) errors[INPUTS.check] = 'Choose the check that this carries past.'
  if (hasErrors(errors) || !check) return errors
  await recordManualStep(context, rotation.id, {
    check,
    what: submission.text(INPUTS.notes).trim(),
    commands: submission.text(INPUTS.commands).trim(),
    proof,
    by: submission.user,
  })
  return null
}
