import { assertMay } from '#authorization/authorize'
import type { RunKind } from '#domain/rotation/rotation'
import { isStepId } from '#domain/rotation/steps'
import { requestRun } from '#operations/request-run'
import { rotationIdOf } from '../find-state.ts'
import { withStepSession } from '../step-session.ts'
import type { ButtonHandler } from './button.ts'

/** `start-workflow`, `deploy-staging` and `run-smoke` in a step's modal: starts the run and shows its progress. */
export const startRun =
  (kind: RunKind): ButtonHandler =>
  async ({ value: label, user, modal }, context) => {
    if (!modal || !isStepId(modal.callbackId)) throw new TypeError(`${kind} outside a step`)
    await assertMay(context, { user, action: 'work-on-step', label })
    await requestRun(context, rotationIdOf(label), kind, user)
    const request = { label, step: modal.callbackId, user }
    await withStepSession(context, modal, request, async (session) => {
      await session.draw()
      await session.watch()
    })
  }
