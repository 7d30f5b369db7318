import { assertMay } from '#authorization/authorize'
import { recordManualStep } from '#operations/record-manual-step'
import type { Context } from '#src/context'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { withStepSession } from '../step-session.ts'
import { type FormHandler, hasErrors, readManualWork, type Submission } from './form.ts'

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
  redrawBelow(submission, context)
  return null
}

/** Redraws the step's modal below, so that it shows the exception. Does not delay the acknowledgement. */
function redrawBelow({ below, metadata, user }: Submission, context: Context): void {
  if (!below || !metadata?.step || !metadata.rotation) return
  const request = { label: metadata.rotation, step: metadata.step, user }
  void withStepSession(context, { viewId: below, hash: '' }, request, (session) => session.draw()).catch(
    (error: unknown) => context.log.warn({ error }, 'a modal could not be updated'),
  )
}
