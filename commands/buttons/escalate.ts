import { assertMay } from '#authorization/authorize'
import { assertNotClosed } from '#domain/rotation/decision'
import { escalate } from '#operations/escalate'
import { escalateModal } from '#views/escalate-modal'
import { findState, rotationIdOf } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** Everyone with a role in rotations may escalate; nobody else may notify on-call. The button has asked already. */
export const escalateNow: ButtonHandler = async ({ value: label, user }, context) => {
  await assertMay(context, { user, action: 'escalate' })
  await escalate(context, rotationIdOf(label), user, '')
}

/** From a menu, where Slack cannot ask about one of its options. */
export const openEscalate: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Escalate' }, async () => {
    await assertMay(context, { user, action: 'escalate' })
    const state = await findState(context, label)
    assertNotClosed(state.rotation)
    return escalateModal(state)
  })
}
