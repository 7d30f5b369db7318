import { assertOpen } from '#rotation/decision'
import { manualStepModal } from '#views/manual-step-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

export const openManualStep: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, user, title: 'Manual step', permission: 'operate' }, async () => {
    const state = await findState(context, label)
    assertOpen(state.rotation)
    return manualStepModal(state)
  })
}
