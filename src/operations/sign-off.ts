import { definitionsFor } from '#checks/index'
import { findCurrentChecks } from '#db/queries/checks'
import { wasShown } from '#db/queries/shown-sign-offs'
import type { NewJob } from '#domain/ports/outbox-job'
import type { Confirmation } from '#domain/rotation/confirmation-problem'
import { environmentsToPromote } from '#domain/rotation/environments'
import { Refusal } from '#domain/rotation/refusal'
import { approvals, isSigned, type Role, type Rotation } from '#domain/rotation/rotation'
import { assertSignable, signOff as decide, reject as decideRejection } from '#domain/rotation/sign-off'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import type { StepId } from '#domain/rotation/steps'
import { assertStillTrue } from '#domain/rotation/still-true'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { decided } from './decided.ts'
import { groundsOf } from './show-sign-off.ts'
import { recordJob } from './sign-off-record.ts'

/**
 * Signs for a role. The second role's signature approves the rotation and enqueues the log entry, the ticket report and
 * the notice. The caller must have checked that the person holds the role.
 *
 * @param shownDigest digest of the snapshot the person saw
 * @throws Refusal `not-shown`, `checks-stale`, `no-longer-true`, and as the decision `signOff`
 */
export function signOff(
  context: Context,
  rotationId: number,
  request: {
    role: Role
    by: string
    delegateOf?: string | null
    comment: string
    shownDigest: string
    confirmation?: Confirmation
  },
): Promise<Rotation> {
  const at = context.clock.now()
  const promotes = (rotation: Rotation) =>
    environmentsToPromote(rotation, context.config.environments).some(
      ({ name }) => !rotation.promoted.some((each) => each.environment === name),
    )
  return change(
    context,
    rotationId,
    async (rotation, db) => {
      const { by: user, role, delegateOf = null, shownDigest: digest } = request
      const currentDigest = signOffDigest(rotation)
      const decision = () => decide(rotation, { ...request, at, currentDigest, promotes: promotes(rotation) })
      // A copy of a signature that counts.
      const isRepeated = approvals(rotation).some(
        (each) => each.role === role && each.by === user && each.digest === digest,
      )
      if (isRepeated) return decision()
      assertSignable(rotation, role, user, delegateOf)
      if (digest !== currentDigest) throw new Refusal('content-changed', {})
      if (!(await wasShown(db, { rotationId, role, user, delegateOf, digest })))
        throw new Refusal('not-shown', { role })
      const results = await findCurrentChecks(db, rotation)
      const definitions = definitionsFor(rotation, context.config.environments)
      assertStillTrue(rotation, groundsOf(context, { definitions, checks: results }), at)
      return decision()
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
    (rotation) => decideRejection(rotation, { ...request, at, digest: signOffDigest(rotation) }),
    async (saved, db) => [
      recordJob(saved.before, await findCurrentChecks(db, saved.before), saved.names),
      ...(await decided(context, saved, 'rejected', at, db)),
    ],
  )
}
