import { findNames } from '#db/queries/people'
import { Refusal } from '#domain/rotation/refusal'
import type { Role } from '#domain/rotation/rotation'
import { isStepId, stepDefinition } from '#domain/rotation/steps'
import { asOfLately, asOfNow } from '#operations/readings/read-secrets'
import { WHILE_RUNNING } from '#operations/run-checks'
import { runGuards } from '#operations/run-guards'
import { withRunning } from '#read-models/rotation-state'
import { definitionsOf } from '#views/check-lines'
import { stepModal } from '#views/step-modal'
import { withWorkWarning } from '#views/work-warning'
import { findState } from '../find-state.ts'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import { type LoadedStep, withStepSession, worthChecking } from '../step-session.ts'
import type { ButtonHandler } from './button.ts'

/** `open-step:<step id>`: opens the step's modal, then fills it as its checks finish. */
export const openStep: ButtonHandler = async ({ actionId, value: label, user, trigger }, context) => {
  const step = actionId.replace('open-step:', '')
  if (!isStepId(step)) throw new Refusal('older-version', {})
  const title = stepDefinition(step).title
  const loaded: Partial<LoadedStep> = {}
  let atStake: Role[] = []
  const modal = await openModal(context, { trigger, title }, async () => {
    const work = await assertMayWork(context, { user, action: 'work-on-step', label })
    const state = await findState(context, label)
    const isOutdated = await runGuards(context, state.rotation, step, user)
    loaded.state = isOutdated ? await findState(context, label) : state
    loaded.names = await findNames(context.db)
    const running = worthChecking(loaded.state, step) ? definitionsOf(loaded.state, step) : []
    const shown = withRunning(loaded.state, new Set(running.map(({ id }) => id)), [])
    atStake = await work.rolesAtStake(shown.rotation)
    return withWorkWarning(stepModal(shown, step, loaded.names, context.clock.now()), atStake)
  })
  const { state, names } = loaded
  if (!modal || !state || !names) return
  await withStepSession(
    context,
    modal,
    { label, step, user, atStake, loaded: { state, names } },
    async (session) => {
      // The inventory is what the first step is about: who may no longer read it must learn so at once.
      const freshness = step === 'inventory-review' ? asOfNow() : asOfLately()
      if (worthChecking(state, step)) await session.check(state, { freshness, sharedFor: WHILE_RUNNING })
      await session.watch()
    },
  )
}
