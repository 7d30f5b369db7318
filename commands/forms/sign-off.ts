import { assertMay } from '#authorization/authorize'
import { Refusal } from '#domain/rotation/refusal'
import { isBound } from '#domain/rotation/separation-of-duties'
import { needsConfirmation, requestConfirmation } from '#operations/confirm-sign-off'
import { isOutdated } from '#operations/show-sign-off'
import { signOff } from '#operations/sign-off'
import { confirmationModal } from '#views/confirmation'
import { INPUTS } from '#views/ids'
import { loadingModal } from '#views/loading-modal'
import { fillSignOff, signOffTitle } from '../buttons/sign-off.ts'
import { findState } from '../find-state.ts'
import { fillModal } from '../open-modal.ts'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

/** Signs. What was opened too long ago is looked at again first: the form is filled again, and keeps what was typed. */
export const submitSignOff: FormHandler = async (submission, context) => {
  const { rotation: label, role, digest } = submission.metadata ?? {}
  if (!role || !digest) throw new Refusal('older-version', {})
  const { user, viewId } = submission
  const state = await findState(context, label)
  const { delegateOf } = await assertMay(context, {
    user,
    action: `sign-off:${role}`,
    isBound: (holder) => isBound(state.rotation, holder),
  })
  const errors = await inspectTexts(submission, [INPUTS.comment])
  if (hasErrors(errors)) return errors
  const comment = submission.text(INPUTS.comment).trim()
  if (state.digest === digest && isOutdated(context, state)) {
    const title = signOffTitle(role)
    fillModal(context, { viewId, title }, () => fillSignOff(context, { label, role, user, comment }))
    return { show: loadingModal(title) }
  }
  const request = { role, by: user, delegateOf, comment, shownDigest: digest }
  if (needsConfirmation(context)) {
    await requestConfirmation(context, state.rotation.id, request)
    const login = context.config.people.github[user] ?? ''
    const { ticket } = context.config
    return {
      show: confirmationModal(signOffTitle(role), {
        digest,
        login,
        ticket,
        ticketUrl: state.ticketUrl ?? null,
      }),
    }
  }
  await signOff(context, state.rotation.id, request)
  return null
}
