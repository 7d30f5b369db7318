import { Refusal } from '#domain/rotation/refusal'
import { ROLES, type Role } from '#domain/rotation/rotation'
import type { Context } from '#src/context'

/**
 * The approver role that a person holds; the first, when both.
 *
 * @throws Refusal `not-allowed` when neither
 */
export async function heldRole(context: Context, userId: string): Promise<Role> {
  // A role of one's own before one that somebody else lent.
  for (const role of ROLES) if (await context.people.holds(userId, role)) return role
  for (const role of ROLES) if (await context.people.may(userId, role)) return role
  throw new Refusal('not-allowed', { what: 'decide' })
}
