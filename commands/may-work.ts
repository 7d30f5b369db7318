import type { ModalView } from '@slack/types'
import { assertMay, authorize, type Question } from '#authorization/authorize'
import type { PeopleLists } from '#domain/ports/people'
import { Refusal } from '#domain/rotation/refusal'
import { ROLES, type Role, type Rotation } from '#domain/rotation/rotation'
import { hasWorkedOn, isBound } from '#domain/rotation/separation-of-duties'
import type { Context } from '#src/context'
import { withOwnerWarning, withWorkWarning } from '#views/work-warning'

/** Whether somebody may work on a rotation, and what they lose by it. */
export interface MayWork {
  /** The roles as which the person could sign the rotation, as long as they do not work on it. */
  rolesAtStake(rotation: Rotation): Promise<Role[]>
  /** The form with a warning, where there are such roles. */
  warn(view: ModalView, rotation: Rotation): Promise<ModalView>
  /** The form of a rotation that the person would own, with a warning where they hold a role. */
  warnOwner(view: ModalView): Promise<ModalView>
}

/**
 * As `assertMay`, for what is work on a rotation. The lists are read once for both questions.
 *
 * @throws Refusal as `assertMay`
 */
export async function assertMayWork(context: Context, question: Question): Promise<MayWork> {
  const lists = context.people.openLists()
  await assertMay(context, question, lists)
  const rolesAtStake = (rotation: Rotation) => findRolesAtStake(context, rotation, question.user, lists)
  return {
    rolesAtStake,
    warn: async (view, rotation) =>
      withWorkWarning(view, await rolesAtStake(rotation), { again: rotation.status !== 'open' }),
    warnOwner: async (view) => withOwnerWarning(view, await findRoles(context, question.user, lists)),
  }
}

/** The roles as which somebody could sign the rotation, now or should it be signed again, until they work on it. */
export async function findRolesAtStake(
  context: Context,
  rotation: Rotation,
  user: string,
  lists: PeopleLists = context.people.openLists(),
): Promise<Role[]> {
  if (rotation.status === 'complete' || rotation.status === 'aborted') return []
  // Those who have signed could sign again in another round.
  const isLost = rotation.status === 'open' ? isBound(rotation, user) : hasWorkedOn(rotation, user)
  return isLost ? [] : findRoles(context, user, lists)
}

async function findRoles(context: Context, user: string, lists: PeopleLists): Promise<Role[]> {
  const answers = await Promise.all(
    ROLES.map((role) => authorize(context, { user, action: `sign-off:${role}` }, lists).catch(unread)),
  )
  return ROLES.filter((_, index) => answers[index]?.allowed)
}

/** Nobody is kept from working because it is not known whether they could sign. */
function unread(error: unknown): null {
  if (error instanceof Refusal) return null
  throw error
}
