import { assertMay } from '#authorization/authorize'
import { recordRevocationModal } from '#views/record-revocation-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** `record-revocation` on the card, in the list, and on an escalation. */
export const openRecordRevocation: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Record revocations' }, async () => {
    await assertMay(context, { user, action: 'record-revocation', label })
    return recordRevocationModal(await findState(context, label), context.clock.now())
  })
}
