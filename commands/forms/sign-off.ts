import { assertMay } from '#authorization/authorize'
import { Refusal } from '#domain/rotation/refusal'
import { signOff } from '#operations/sign-off'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitSignOff: FormHandler = async (submission, context) => {
  const { rotation: label, role, digest } = submission.metadata ?? {}
  if (!role || !digest) throw new Refusal('older-version', {})
  const { user } = submission
  const { delegateOf } = await assertMay(context, { user, action: `sign-off:${role}` })
  const errors = await inspectTexts(submission, [INPUTS.comment])
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(label)
  const comment = submission.text(INPUTS.comment).trim()
  const request = { role, by: user, delegateOf, comment, shownDigest: digest }
  await signOff(context, id, request)
  return null
}
