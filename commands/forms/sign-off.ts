import { assertMay } from '#authorization/assert-may'
import { signOff } from '#operations/sign-off'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitSignOff: FormHandler = async (submission, context) => {
  const { rotation: label, role, digest } = submission.metadata ?? {}
  if (!role || !digest) throw new TypeError('a sign-off without role or digest')
  await assertMay(context, submission.user, role)
  const errors = await inspectTexts(submission, [INPUTS.comment])
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(label)
  const comment = submission.text(INPUTS.comment).trim()
  const delegateOf = await context.people.placeOf(submission.user, role)
  await signOff(context, id, { role, by: submission.user, delegateOf, comment, shownDigest: digest })
  return null
}
