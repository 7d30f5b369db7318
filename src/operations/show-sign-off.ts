import { insertShownSignOff } from '#db/queries/shown-sign-offs'
import type { Role } from '#domain/rotation/rotation'
import { assertSignable } from '#domain/rotation/sign-off'
import { assertStillTrue, type Grounds, stepsToCheckAgain } from '#domain/rotation/still-true'
import { loadState } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import type { RotationState } from '#views/state'
import { runChecks } from './run-checks.ts'

export interface SignOffView {
  role: Role
  user: string
  delegateOf: string | null
}

/**
 * The state that a person may sign. Runs again what completed steps rest on where it is older than results may be, or did not pass
 * lately; then keeps what is shown to whom.
 *
 * @throws Refusal as `assertSignable` and `assertStillTrue`
 */
export async function showSignOff(
  context: Context,
  state: RotationState,
  { role, user, delegateOf }: SignOffView,
): Promise<RotationState> {
  assertSignable(state.rotation, role, user, delegateOf)
  const { id: rotationId } = state.rotation
  const steps = stepsToCheckAgain(state.rotation, groundsOf(context, state), context.clock.now())
  await Promise.all(steps.map((step) => runChecks(context, state.rotation, step, user)))
  const shown = steps.length > 0 ? ((await loadState(context, context.db, rotationId)) ?? state) : state
  const at = context.clock.now()
  assertSignable(shown.rotation, role, user, delegateOf)
  assertStillTrue(shown.rotation, groundsOf(context, shown), at)
  await insertShownSignOff(context.db, { rotationId, role, user, delegateOf, digest: shown.digest, at })
  return shown
}

/** Whether the results are too old to sign on, so that the form must be filled again. */
export const isOutdated = (context: Context, state: RotationState): boolean =>
  stepsToCheckAgain(state.rotation, groundsOf(context, state), context.clock.now()).length > 0

export const groundsOf = (
  { config }: Pick<Context, 'config'>,
  { definitions, checks }: Pick<RotationState, 'definitions' | 'checks'>,
): Grounds => ({ definitions, results: checks, maxAgeMinutes: config.checks['max-age-minutes'] })
