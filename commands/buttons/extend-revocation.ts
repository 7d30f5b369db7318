import { extendRevocationModal } from '#views/extend-revocation-modal'
import { findState } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

export const openExtendRevocation: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Extend' }, async () => {
    const work = await assertMayWork(context, { user, action: 'extend-revocation', label })
    const state = await findState(context, label)
    return work.warn(extendRevocationModal(state, context.clock.now()), state.rotation)
  })
}
