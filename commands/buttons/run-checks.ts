import { Refusal } from '#domain/rotation/refusal'
import { isStepId } from '#domain/rotation/steps'
import { assertStepOpen } from '#domain/rotation/turn'
import { takeInteraction } from '#operations/interaction'
import { findState } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { withStepSession } from '../step-session.ts'
import type { ButtonHandler } from './button.ts'

/** `run-checks` in a step's modal. */
export const runChecksAgain: ButtonHandler = async ({ value: label, user, modal }, context) => {
  if (!modal || !isStepId(modal.callbackId)) throw new Refusal('older-version', {})
  const work = await assertMayWork(context, { user, action: 'work-on-step', label })
  await takeInteraction(context)
  const { rotation } = await findState(context, label)
  assertStepOpen(rotation, modal.callbackId)
  const atStake = await work.rolesAtStake(rotation)
  const request = { label, step: modal.callbackId, user, atStake }
  await withStepSession(context, modal, request, (session) => session.check())
}
