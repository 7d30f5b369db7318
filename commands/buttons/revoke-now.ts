import { revokeNowModal } from '#views/revoke-now-modal'
import { findState } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

export const openRevokeNow: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Revoke now' }, async () => {
    const work = await assertMayWork(context, { user, action: 'revoke-now', label })
    const state = await findState(context, label)
    return work.warn(revokeNowModal(state), state.rotation)
  })
}
