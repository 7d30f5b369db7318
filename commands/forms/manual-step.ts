import { assertMay } from '#authorization/authorize'
import { recordManualStep } from '#operations/record-manual-step'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, readManualWork } from './form.ts'
import { redrawBelow } from './redraw-below.ts'

export const submitManualStep: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'record-manual-step', label: metadata?.rotation })
  const { work, errors } = await readManualWork(submission)
  const id = rotationIdOf(metadata?.rotation)
  // One that never ran or passed is refused with its reason.
  const [check] = submission.choices(INPUTS.check)
  const doneAt = submission.moment(INPUTS.done)
  if (!doneAt) errors[INPUTS.done] = 'Enter when it was done.'
  else if (Date.parse(doneAt) > Date.parse(context.clock.now()))
    errors[INPUTS.done] = 'This time is in the future. Record the step after it is done.'
  if (!check) errors[INPUTS.check] = 'Choose the check to override.'
  if (hasErrors(errors) || !check || !doneAt) return errors
  await recordManualStep(context, id, { ...work, check, doneAt })
  redrawBelow(submission, context, (session) => session.draw())
  return null
}
