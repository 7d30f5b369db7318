import { assertNotClosed } from '#domain/rotation/decision'
import type { FoundPlace } from '#domain/rotation/found-runs'
import { isStepId } from '#domain/rotation/steps'
import { assertStepOpen } from '#domain/rotation/turn'
import { adoptRunModal } from '#views/adopt-run-modal'
import { findState } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** `adopt-run` in a step's modal or the form of a deployment: opens the form on top of it. */
export const openAdoptRun: ButtonHandler = async ({ value: label, user, trigger, modal }, context) => {
  await openModal(context, { trigger, title: 'Adopt run', onTop: modal !== null }, async () => {
    const work = await assertMayWork(context, { user, action: 'adopt-run', label })
    const state = await findState(context, label)
    assertNotClosed(state.rotation)
    if (modal && isStepId(modal.callbackId)) assertStepOpen(state.rotation, modal.callbackId)
    return work.warn(adoptRunModal(state, placeOf(modal?.callbackId)), state.rotation)
  })
}

const placeOf = (callbackId: string | undefined): FoundPlace =>
  callbackId === 'rotation-execution' || callbackId === 'integration-verification' ? callbackId : 'promotion'
