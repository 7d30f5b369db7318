import { assertMay } from '#authorization/authorize'
import { extendRevocationModal } from '#views/extend-revocation-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

export const openExtendRevocation: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Extend' }, async () => {
    await assertMay(context, { user, action: 'extend-revocation', label })
    return extendRevocationModal(await findState(context, label), context.clock.now())
  })
}
