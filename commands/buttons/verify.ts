import { assertMay } from '#authorization/authorize'
import { takeInteraction } from '#operations/interaction'
import { runChecks } from '#operations/run-checks'
import { ACTION_PATTERNS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import type { ButtonHandler } from './button.ts'

/** `verify:<environment>`: runs the environment's checks now; the card shows them. */
export const verify: ButtonHandler = async ({ actionId, value: label, user }, context) => {
  const environment = ACTION_PATTERNS.verify.exec(actionId)?.[1] ?? ''
  await assertMay(context, { user, action: 'deploy', label })
  await takeInteraction(context)
  await runChecks(context, rotationIdOf(label), 'promotion', user, { environment })
}
