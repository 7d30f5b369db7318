import { assertMay } from '#authorization/authorize'
import { requestRun } from '#operations/request-run'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'
import { redrawBelow } from './redraw-below.ts'

export const submitDeploy: FormHandler = async (submission, context) => {
  const { user, metadata } = submission
  const { rotation: label, environment = '' } = metadata ?? {}
  await assertMay(context, { user, action: 'deploy', label })
  // Asked only where an incident does not wait for its window; the operation refuses a missing one.
  const errors = await inspectTexts(submission, [INPUTS.reason])
  if (hasErrors(errors)) return errors
  const reason = submission.text(INPUTS.reason)
  await requestRun(context, rotationIdOf(label), { kind: 'deploy', environment, reason }, user)
  redrawBelow(submission, context, async (session) => {
    await session.draw()
    await session.watch()
  })
  return null
}
