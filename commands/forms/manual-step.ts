import { recordManualStep } from '#operations/record-manual-step'
import { CHECK_TITLES, type CheckId } from '#rotation/steps'
import { INPUTS } from '#views/ids'
import { findState } from '../find-state.ts'
import { assertMay } from '../open-modal.ts'
import { type FormHandler, hasErrors, inspectTexts, readLinks } from './form.ts'

export const submitManualStep: FormHandler = async (submission, context) => {
  await assertMay(context, submission.user, 'operate')
  const errors = await inspectTexts(submission, [INPUTS.notes, INPUTS.commands, INPUTS.proof], [INPUTS.notes])
  const proof = readLinks(submission, INPUTS.proof, errors)
  const check = submission.choices(INPUTS.check).find(isCheckId)
  if (!check) errors[INPUTS.check] = 'Choose the check that this carries past.'
  if (hasErrors(errors) || !check) return errors
  const { rotation } = await findState(context, submission.metadata?.rotation)
  await recordManualStep(context, rotation.id, {
    check,
    what: submission.text(INPUTS.notes).trim(),
    commands: submission.text(INPUTS.commands).trim(),
    proof,
    by: submission.user,
  })
  return null
}

const isCheckId = (text: string): text is CheckId => Object.hasOwn(CHECK_TITLES, text)
