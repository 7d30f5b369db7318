import { proveRevocations } from '#operations/scheduled/prove-revocations'
import { recordRevocationModal } from '#views/record-revocation-modal'
import { findState, rotationIdOf } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** `record-revocation` on the card, in the list, and on an escalation. */
export const openRecordRevocation: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Record revocations' }, async () => {
    const work = await assertMayWork(context, { user, action: 'record-revocation', label })
    // What is alive cannot be recorded: the form says so of what is seen now.
    const id = rotationIdOf(label)
    await proveRevocations(context, (row) => row.rotationId === id || row.takenOverBy === id)
    const state = await findState(context, label)
    return work.warn(recordRevocationModal(state, context.clock.now()), state.rotation)
  })
}
