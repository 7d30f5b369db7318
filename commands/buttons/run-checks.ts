import { assertMay } from '#authorization/authorize'
import { Refusal } from '#domain/rotation/refusal'
import { isStepId } from '#domain/rotation/steps'
import { assertStepOpen } from '#domain/rotation/turn'
import { takeInteraction } from '#operations/interaction'
import { findState } from '../find-state.ts'
import { withStepSession } from '../step-session.ts'
import type { ButtonHandler } from './button.ts'

/** `run-checks` in a step's modal. */
export const runChecksAgain: ButtonHandler = async ({ value: label, user, modal }, context) => {
  if (!modal || !isStepId(modal.callbackId)) throw new Refusal('older-version', {})
  await assertMay(context, { user, action: 'work-on-step', label })
  await takeInteraction(context)
  assertStepOpen((await findState(context, label)).rotation, modal.callbackId)
  const request = { label, step: modal.callbackId, user }
  await withStepSession(context, modal, request, (session) => session.check())
}
