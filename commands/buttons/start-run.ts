import { assertMay } from '#authorization/authorize'
import { smokeEnvironment } from '#domain/rotation/environments'
import { Refusal } from '#domain/rotation/refusal'
import type { RunKind } from '#domain/rotation/rotation'
import { isStepId } from '#domain/rotation/steps'
import { requestRun } from '#operations/request-run'
import type { Context } from '#src/context'
import { findState, rotationIdOf } from '../find-state.ts'
import { withStepSession } from '../step-session.ts'
import type { ButtonHandler } from './button.ts'

/** `start-workflow` and `run-smoke` in a step's modal: starts the run and shows its progress. */
export const startRun =
  (kind: Extract<RunKind, 'rotate' | 'smoke'>): ButtonHandler =>
  async ({ value: label, user, modal }, context) => {
    if (!modal || !isStepId(modal.callbackId)) throw new Refusal('older-version', {})
    await assertMay(context, { user, action: 'work-on-step', label })
    const environment = kind === 'smoke' ? await smokeEnvironmentOf(context, label) : null
    await requestRun(context, rotationIdOf(label), { kind, environment }, user)
    const request = { label, step: modal.callbackId, user }
    await withStepSession(context, modal, request, async (session) => {
      await session.draw()
      await session.watch()
    })
  }

async function smokeEnvironmentOf(context: Context, label: string | undefined): Promise<string | null> {
  const { rotation, environments } = await findState(context, label)
  return smokeEnvironment(rotation, environments)?.name ?? null
}
