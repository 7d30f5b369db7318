import { findRotation } from '#db/queries/rotations'
import type { Permission } from '#domain/ports/people'
import { Refusal } from '#domain/rotation/refusal'
import { isIncident, parseRotationLabel } from '#domain/rotation/rotation'
import type { Context } from '#src/context'

/**
 * Whether a person may do something. Whoever is on call may carry out an incident, too: they open it, and own it.
 *
 * @param label the rotation that is worked on, where one is
 * @throws Refusal `not-allowed`
 */
export async function assertMay(
  context: Context,
  userId: string,
  permission: Permission,
  label?: string,
): Promise<void> {
  const may =
    permission === 'operate'
      ? await mayCarryOut(context, userId, label)
      : await context.people.may(userId, permission)
  if (!may) throw new Refusal('not-allowed', { what: permission })
}

/** Whether a person may work on a rotation, or on rotations at all where none is named. */
export async function mayCarryOut(context: Context, userId: string, label?: string): Promise<boolean> {
  if (await context.people.may(userId, 'operate')) return true
  return (await concernsIncident(context, label)) && context.people.may(userId, 'respond')
}

async function concernsIncident({ db }: Context, label = ''): Promise<boolean> {
  const id = parseRotationLabel(label)
  const rotation = id === null ? undefined : await findRotation(db, id)
  return rotation !== undefined && isIncident(rotation)
}
