import { mayPromote } from '#domain/rotation/early-deployment'
import { Refusal } from '#domain/rotation/refusal'
import { isStepId, type StepId } from '#domain/rotation/steps'
import { assertStepOpen } from '#domain/rotation/turn'
import { mayPassWindow } from '#domain/rotation/window-exception'
import { barredDeployment } from '#domain/time/windows'
import { requestRun } from '#operations/request-run'
import type { Context } from '#src/context'
import { deployModal } from '#views/deploy-modal'
import { ACTION_PATTERNS } from '#views/ids'
import type { RotationState } from '#views/state'
import { findState, rotationIdOf } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import { withStepSession } from '../step-session.ts'
import type { ButtonHandler, Click } from './button.ts'

/** `deploy:<environment>`: in step 4's modal it deploys, on the card it opens the form `deploy`. */
export const deploy: ButtonHandler = async (click, context) => {
  const { actionId, value: label, user, trigger, modal } = click
  const environment = ACTION_PATTERNS.deploy.exec(actionId)?.[1] ?? ''
  if (modal && isStepId(modal.callbackId)) {
    await deployInStep(click, modal.callbackId, environment, context)
    return
  }
  await openModal(context, { trigger, title: 'Deploy' }, async () => {
    const work = await assertMayWork(context, { user, action: 'deploy', label })
    const state = await findState(context, label)
    if (!mayPromote(state.rotation, environment)) throw new Refusal('not-promoting', { environment })
    // The card may be of before a change of the config.
    if (!state.environments.some((each) => each.name === environment))
      throw new Refusal('unknown-environment', { environment })
    assertWindow(state, environment, context)
    return work.warn(deployModal(state, environment, context.clock.now()), state.rotation)
  })
}

/** Its window may be closed: then the form on top asks why it does not wait. */
async function deployInStep(
  { value: label, user, trigger, modal }: Click,
  step: StepId,
  environment: string,
  context: Context,
): Promise<void> {
  const work = await assertMayWork(context, { user, action: 'work-on-step', label })
  const state = await findState(context, label)
  assertStepOpen(state.rotation, step)
  const now = context.clock.now()
  const barred = barredDeployment(state.windows, environment, now)
  if (barred && mayPassWindow(state.rotation, environment, barred)) {
    await openModal(context, { trigger, title: 'Deploy', onTop: true }, async () =>
      work.warn(deployModal(state, environment, now, step), state.rotation),
    )
    return
  }
  await requestRun(context, rotationIdOf(label), { kind: 'deploy', environment }, user)
  if (!modal) return
  await withStepSession(context, modal, { label, step, user }, async (session) => {
    await session.draw()
    await session.watch()
  })
}

/** Asserts that the form would not be refused for its window. @throws Refusal `window-closed` */
function assertWindow({ rotation, windows }: RotationState, environment: string, { clock }: Context): void {
  const barred = barredDeployment(windows, environment, clock.now())
  if (barred && !mayPassWindow(rotation, environment, barred))
    throw new Refusal('window-closed', { environment, ...barred })
}
