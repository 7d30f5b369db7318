import { assertMay } from '#authorization/authorize'
import { assertNotClosed } from '#domain/rotation/decision'
import { isPromoting } from '#domain/rotation/early-deployment'
import { Refusal } from '#domain/rotation/refusal'
import { takeInteraction } from '#operations/interaction'
import { runChecks } from '#operations/run-checks'
import { ACTION_PATTERNS } from '#views/ids'
import { findState, rotationIdOf } from '../find-state.ts'
import type { ButtonHandler } from './button.ts'

/** `verify:<environment>`: runs the environment's checks now; the card shows them. */
export const verify: ButtonHandler = async ({ actionId, value: label, user }, context) => {
  const environment = ACTION_PATTERNS.verify.exec(actionId)?.[1] ?? ''
  await assertMay(context, { user, action: 'deploy', label })
  const { rotation } = await findState(context, label)
  // The card may be older than the rotation.
  assertNotClosed(rotation)
  if (!isPromoting(rotation)) throw new Refusal('not-promoting', { environment })
  await takeInteraction(context)
  await runChecks(context, rotationIdOf(label), 'promotion', user, { environment })
}
