import { definitionsFor } from '#checks/index'
import { findCurrentChecks } from '#db/queries/checks'
import { wasShown } from '#db/queries/shown-sign-offs'
import type { NewEvent } from '#domain/rotation/events'
import { Refusal } from '#domain/rotation/refusal'
import type { Role, Rotation } from '#domain/rotation/rotation'
import { assertSignable } from '#domain/rotation/sign-off'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import { assertStillTrue } from '#domain/rotation/still-true'
import type { Context } from '#src/context'
import { change } from './change.ts'
import { groundsOf } from './show-sign-off.ts'

/** Whether a signature counts only after a comment on the ticket. */
export const needsConfirmation = ({ config }: Pick<Context, 'config'>): boolean =>
  config['sign-off'].confirm === 'github'

/**
 * Records that a person signed in Slack, where the signature counts after their comment on the ticket.
 *
 * @throws Refusal `no-login`, and as `signOff`
 */
export function requestConfirmation(
  context: Context,
  rotationId: number,
  request: { role: Role; by: string; delegateOf: string | null; comment: string; shownDigest: string },
): Promise<Rotation> {
  const { role, by, delegateOf, comment, shownDigest: digest } = request
  const login = context.config.people.github[by]
  if (login === undefined) throw new Refusal('no-login', {})
  const at = context.clock.now()
  return change(context, rotationId, async (rotation, db) => {
    assertSignable(rotation, role, by, delegateOf)
    if (digest !== signOffDigest(rotation)) throw new Refusal('content-changed', {})
    if (!(await wasShown(db, { rotationId, role, user: by, delegateOf, digest })))
      throw new Refusal('not-shown', { role })
    const definitions = definitionsFor(rotation, context.config.environments)
    const checks = await findCurrentChecks(db, rotation)
    assertStillTrue(rotation, groundsOf(context, { definitions, checks }), at)
    const event: NewEvent = {
      type: 'confirmation-requested',
      rotationId,
      actor: by,
      at,
      data: { role, digest, comment, login, round: rotation.round, ...(delegateOf ? { delegateOf } : {}) },
    }
    return { rotation, events: [event] }
  })
}
