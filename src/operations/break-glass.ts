import {
  acknowledgeBreakGlass as decideAcknowledgement,
  requestBreakGlass as decideRequest,
} from '#domain/rotation/break-glass'
import type { Role, Rotation } from '#domain/rotation/rotation'
import { breakGlassJob } from '#outbox/queue/break-glass-jobs'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { decided } from './decided.ts'
import { gateOpenUntil } from './gate-open-until.ts'

/**
 * Asks the approvers in the thread that environments are deployed to before the sign-offs. The caller has checked the permission.
 *
 * @throws Refusal as the decision `requestBreakGlass`
 */
export function requestBreakGlass(
  context: Context,
  rotationId: number,
  given: { by: string; reason: string },
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    (rotation) => decideRequest(rotation, { ...given, at }, context.config.environments),
    ({ after }) => (after.breakGlass ? [breakGlassJob(rotationId, after.breakGlass)] : []),
  )
}

/**
 * An approver lets environments be deployed to before the sign-offs, with a log entry and a ticket report. The caller has made sure
 * that the person holds the role.
 *
 * @throws Refusal as the decision `acknowledgeBreakGlass`
 */
export function acknowledgeBreakGlass(
  context: Context,
  rotationId: number,
  given: { by: string; role: Role; delegateOf: string | null },
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    (rotation) => decideAcknowledgement(rotation, { ...given, at }),
    (saved, db) =>
      decided(context, saved, 'break-glass', at, db, { until: gateOpenUntil(context.config, at) }),
  )
}
