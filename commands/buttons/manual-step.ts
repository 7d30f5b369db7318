import { assertNotClosed } from '#domain/rotation/decision'
import { isStepId } from '#domain/rotation/steps'
import { assertStepOpen } from '#domain/rotation/turn'
import { manualStepModal } from '#views/manual-step-modal'
import { findState } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** `record-manual-step` on the card, or in a step's modal, where the form opens on top. */
export const openManualStep: ButtonHandler = async ({ value: label, user, trigger, modal }, context) => {
  const step = modal && isStepId(modal.callbackId) ? modal.callbackId : null
  await openModal(context, { trigger, title: 'Manual step', onTop: modal !== null }, async () => {
    const work = await assertMayWork(context, { user, action: 'record-manual-step', label })
    const state = await findState(context, label)
    assertNotClosed(state.rotation)
    if (step) assertStepOpen(state.rotation, step)
    return work.warn(manualStepModal(state, context.clock.now(), step), state.rotation)
  })
}
