import { assertMay } from '#authorization/authorize'
import { Refusal } from '#domain/rotation/refusal'
import { withdrawModal } from '#views/withdraw-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

export const openWithdraw: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Withdraw approval' }, async () => {
    await assertMay(context, { user, action: 'withdraw' })
    const state = await findState(context, label)
    if (state.rotation.status !== 'promoting') throw new Refusal('not-promoting', { environment: '' })
    return withdrawModal(state)
  })
}
