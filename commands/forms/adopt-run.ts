import { assertMay } from '#authorization/authorize'
import { adoptRun } from '#operations/adopt-run'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'
import { redrawBelow } from './redraw-below.ts'

/** Makes a run that the bot did not start part of the rotation. */
export const submitAdoptRun: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'adopt-run', label: metadata?.rotation })
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  const id = rotationIdOf(metadata?.rotation)
  const [key] = submission.choices(INPUTS.run)
  const [environment = null] = submission.choices(INPUTS.environment)
  if (!key) errors[INPUTS.run] = 'Choose the run to adopt.'
  if (hasErrors(errors) || !key) return errors
  const reason = submission.text(INPUTS.reason).trim()
  await adoptRun(context, id, { key, environment, reason, by: user })
  redrawBelow(submission, context, async (session) => {
    await session.draw()
    // What follows a run that goes on is shown as it comes; one that has ended is judged now.
    if (!(await session.watch())) await session.check()
  })
  return null
}
