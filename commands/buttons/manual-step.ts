import { assertOpen } from '#domain/rotation/decision'
import { isStepId } from '#domain/rotation/steps'
import { manualStepModal } from '#views/manual-step-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** `record-manual-step` on the card, or in a step's modal, where the form opens on top. */
export const openManualStep: ButtonHandler = async ({ value: label, user, trigger, modal }, context) => {
  const step = modal && isStepId(modal.callbackId) ? modal.callbackId : null
  const request = {
    trigger,
    user,
    title: 'Manual step',
    permission: 'operate',
    label,
    onTop: modal !== null,
  } as const
  await openModal(context, request, async () => {
    const state = await findState(context, label)
    assertOpen(state.rotation)
    return manualStepModal(state, context.clock.now(), step)
  })
}
