import { assertMay } from '#authorization/authorize'
import { isStepId } from '#domain/rotation/steps'
import { takeInteraction } from '#operations/interaction'
import { withStepSession } from '../step-session.ts'
import type { ButtonHandler } from './button.ts'

/** `run-checks` in a step's modal. */
export const runChecksAgain: ButtonHandler = async ({ value: label, user, modal }, context) => {
  if (!modal || !isStepId(modal.callbackId)) throw new TypeError('run-checks outside a step')
  await assertMay(context, { user, action: 'work-on-step', label })
  await takeInteraction(context)
  const request = { label, step: modal.callbackId, user }
  await withStepSession(context, modal, request, (session) => session.check())
}
