import { assertMay } from '#authorization/authorize'
import { revokeNowModal } from '#views/revoke-now-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

export const openRevokeNow: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Revoke now' }, async () => {
    await assertMay(context, { user, action: 'revoke-now', label })
    return revokeNowModal(await findState(context, label))
  })
}
