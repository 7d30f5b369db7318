import { assertMay } from '#authorization/authorize'
import { findNames } from '#db/queries/people'
import { Refusal } from '#domain/rotation/refusal'
import { isRole, ROLE_TITLES } from '#domain/rotation/rotation'
import { assertSignable } from '#domain/rotation/sign-off'
import { signOffModal } from '#views/sign-off-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** `sign-off:<role>`: shows the sign-off snapshot. */
export const openSignOff: ButtonHandler = async ({ actionId, value: label, user, trigger }, context) => {
  const role = actionId.replace('sign-off:', '')
  if (!isRole(role)) throw new Refusal('older-version', {})
  const title = `Sign-off: ${ROLE_TITLES[role]}`
  await openModal(context, { trigger, title }, async () => {
    const { delegateOf } = await assertMay(context, { user, action: `sign-off:${role}` })
    const state = await findState(context, label)
    assertSignable(state.rotation, role, user)
    return signOffModal(state, role, await findNames(context.db), context.clock.now(), delegateOf)
  })
}
