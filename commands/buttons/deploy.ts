import { assertMay } from '#authorization/authorize'
import { mayPromote } from '#domain/rotation/early-deployment'
import { Refusal } from '#domain/rotation/refusal'
import { isStepId } from '#domain/rotation/steps'
import { requestRun } from '#operations/request-run'
import { deployModal } from '#views/deploy-modal'
import { ACTION_PATTERNS } from '#views/ids'
import { findState, rotationIdOf } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import { withStepSession } from '../step-session.ts'
import type { ButtonHandler } from './button.ts'

/** `deploy:<environment>`: in step 4's modal it deploys, on the card it opens the form `deploy`. */
export const deploy: ButtonHandler = async ({ actionId, value: label, user, trigger, modal }, context) => {
  const environment = ACTION_PATTERNS.deploy.exec(actionId)?.[1] ?? ''
  if (modal && isStepId(modal.callbackId)) {
    await assertMay(context, { user, action: 'work-on-step', label })
    await requestRun(context, rotationIdOf(label), { kind: 'deploy', environment }, user)
    const request = { label, step: modal.callbackId, user }
    await withStepSession(context, modal, request, async (session) => {
      await session.draw()
      await session.watch()
    })
    return
  }
  await openModal(context, { trigger, title: 'Deploy' }, async () => {
    await assertMay(context, { user, action: 'deploy', label })
    const state = await findState(context, label)
    if (!mayPromote(state.rotation, environment)) throw new Refusal('not-promoting', { environment })
    // The card may be of before a change of the config.
    if (!state.environments.some((each) => each.name === environment))
      throw new Refusal('unknown-environment', { environment })
    return deployModal(state, environment)
  })
}
