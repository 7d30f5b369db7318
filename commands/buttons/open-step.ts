import { assertMay } from '#authorization/authorize'
import { findNames } from '#db/queries/people'
import { isStepId, stepDefinition } from '#domain/rotation/steps'
import { stepModal } from '#views/step-modal'
import { findState } from '../find-state.ts'
import { openModal } from '../open-modal.ts'
import { withStepSession, worthChecking } from '../step-session.ts'
import type { ButtonHandler } from './button.ts'

/** `open-step:<step id>`: opens the step's modal, then fills it as its checks finish. */
export const openStep: ButtonHandler = async ({ actionId, value: label, user, trigger }, context) => {
  const step = actionId.replace('open-step:', '')
  if (!isStepId(step)) throw new TypeError(`no step ${step}`)
  const title = stepDefinition(step).title
  const modal = await openModal(context, { trigger, title }, async () => {
    await assertMay(context, { user, action: 'work-on-step', label })
    return stepModal(await findState(context, label), step, await findNames(context.db), context.clock.now())
  })
  if (!modal) return
  await withStepSession(context, modal, { label, step, user }, async (session) => {
    if (worthChecking(await findState(context, label), step)) await session.check()
    await session.watch()
  })
}
