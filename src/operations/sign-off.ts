import { findCurrentChecks } from '#db/queries/checks'
import type { NewJob } from '#domain/ports/outbox-job'
import { environmentsToPromote } from '#domain/rotation/environments'
import { isSigned, type Role, type Rotation } from '#domain/rotation/rotation'
import { signOff as decide, reject as decideRejection } from '#domain/rotation/sign-off'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import type { StepId } from '#domain/rotation/steps'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { decided } from './decided.ts'
import { recordJob } from './sign-off-record.ts'

/**
 * Signs for a role. The second role's signature approves the rotation and enqueues the log entry, the ticket report and
 * the notice. The caller must have checked that the person holds the role.
 *
 * @param shownDigest digest of the snapshot the person saw
 * @throws Refusal as the decision `signOff`
 */
export function signOff(
  context: Context,
  rotationId: number,
  request: { role: Role; by: string; delegateOf?: string | null; comment: string; shownDigest: string },
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    async (rotation, db) => {
      const currentDigest = signOffDigest(rotation, await findCurrentChecks(db, rotation))
      const promotes = environmentsToPromote(rotation, context.config.environments).some(
        ({ name }) => !rotation.promoted.some((each) => each.environment === name),
      )
      return decide(rotation, { ...request, at, currentDigest, promotes })
    },
    async (saved, db): Promise<NewJob[]> => [
      // As it was signed: what was signed meanwhile is not part of it.
      recordJob(saved.before, await findCurrentChecks(db, saved.before), saved.names),
      ...(isSigned(saved.after) ? await decided(context, saved, 'approved', at, db) : []),
    ],
  )
}

/**
 * Rejects and reopens the named steps. The caller must have checked that the person holds the role.
 *
 * @throws Refusal as the decision `reject`
 */
export function rejectRotation(
  context: Context,
  rotationId: number,
  request: { role: Role; by: string; delegateOf?: string | null; reason: string; reopen: StepId[] },
): Promise<Rotation> {
  const at = context.clock.now()
  return change(
    context,
    rotationId,
    async (rotation, db) => {
      const digest = signOffDigest(rotation, await findCurrentChecks(db, rotation))
      return decideRejection(rotation, { ...request, at, digest })
    },
    async (saved, db) => [
      recordJob(saved.before, await findCurrentChecks(db, saved.before), saved.names),
      ...(await decided(context, saved, 'rejected', at, db)),
    ],
  )
}
