import { assertMay } from '#authorization/authorize'
import { assertOpen } from '#domain/rotation/decision'
import { Refusal } from '#domain/rotation/refusal'
import { rejectModal } from '#views/reject-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

export const openReject: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Reject' }, async () => {
    await assertMay(context, { user, action: 'reject' })
    const state = await findState(context, label)
    assertOpen(state.rotation)
    const steps = state.rotation.steps.filter((step) => !step.completion).map((step) => step.id)
    if (steps.length > 0) throw new Refusal('steps-open', { steps })
    return rejectModal(state)
  })
}
