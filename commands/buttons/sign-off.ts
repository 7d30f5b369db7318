import type { ModalView } from '@slack/types'
import { assertMay } from '#authorization/authorize'
import { findNames } from '#db/queries/people'
import { Refusal } from '#domain/rotation/refusal'
import { isRole, ROLE_TITLES, type Role } from '#domain/rotation/rotation'
import { isBound } from '#domain/rotation/separation-of-duties'
import { showSignOff } from '#operations/show-sign-off'
import type { Context } from '#src/context'
import { signOffModal } from '#views/sign-off-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** `sign-off:<role>`: shows the sign-off snapshot. */
export const openSignOff: ButtonHandler = async ({ actionId, value: label, user, trigger }, context) => {
  const role = actionId.replace('sign-off:', '')
  if (!isRole(role)) throw new Refusal('older-version', {})
  await openModal(context, { trigger, title: signOffTitle(role) }, () =>
    fillSignOff(context, { label, role, user }),
  )
}

export const signOffTitle = (role: Role): string => `Sign-off: ${ROLE_TITLES[role]}`

/** The sign-off form with what the person may sign now. @param comment what they have typed already */
export async function fillSignOff(
  context: Context,
  { label, role, user, comment }: { label: string | undefined; role: Role; user: string; comment?: string },
): Promise<ModalView> {
  const state = await findState(context, label)
  const { delegateOf } = await assertMay(context, {
    user,
    action: `sign-off:${role}`,
    isBound: (holder) => isBound(state.rotation, holder),
  })
  const shown = await showSignOff(context, state, { role, user, delegateOf })
  const form = {
    role,
    delegateOf,
    record: shown.record,
    lastLook: shown.lastLook,
    ...(comment && { comment }),
  }
  return signOffModal(shown.state, form, await findNames(context.db), context.clock.now())
}
