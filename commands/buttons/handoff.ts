import { findNames } from '#db/queries/people'
import { assertOpen } from '#rotation/decision'
import { handoffModal } from '#views/handoff-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

export const openHandoff: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, user, title: 'Hand off', permission: 'operate', label }, async () => {
    const state = await findState(context, label)
    assertOpen(state.rotation)
    return handoffModal(state, await findNames(context.db))
  })
}
