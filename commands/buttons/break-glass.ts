import { assertMay } from '#authorization/authorize'
import { breakGlassObstacle } from '#domain/rotation/break-glass'
import { assertNotClosed } from '#domain/rotation/decision'
import { Refusal } from '#domain/rotation/refusal'
import { acknowledgeBreakGlass } from '#operations/break-glass'
import { breakGlassModal } from '#views/break-glass'
import { findState, rotationIdOf } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** `break-glass`: asks why an environment is deployed to before the sign-offs. */
export const openBreakGlass: ButtonHandler = async ({ value: label, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Break-glass' }, async () => {
    const work = await assertMayWork(context, { user, action: 'break-glass', label })
    const state = await findState(context, label)
    assertNotClosed(state.rotation)
    const why = breakGlassObstacle(state.rotation, state.environments)
    if (why) throw new Refusal('break-glass-refused', { rotation: state.rotation.id, why })
    return work.warn(breakGlassModal(state), state.rotation)
  })
}

/** `acknowledge-break-glass`, for approvers; the button asks once more. */
export const acknowledge: ButtonHandler = async ({ value: label, user }, context) => {
  const { role, delegateOf } = await assertMay(context, { user, action: 'acknowledge-break-glass' })
  if (!role) throw new TypeError('an acknowledgement in no approver role')
  await acknowledgeBreakGlass(context, rotationIdOf(label), { by: user, role, delegateOf })
}
