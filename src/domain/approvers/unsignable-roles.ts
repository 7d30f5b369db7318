import { ROLES, type Role } from '#domain/rotation/rotation'
import type { Delegation } from './delegation.ts'

export interface RoleKnowledge {
  /** As configured: user ids, or ids of user groups (`S…`), whose members are not known. */
  holders: Readonly<Record<Role, readonly string[]>>
  /** Roles whose holders are all deactivated. */
  vacant: readonly Role[]
  /** The active ones. */
  delegations: readonly Delegation[]
}

/** The roles that nobody can sign for in a rotation of this owner, as far as is known: owners cannot sign their own. */
export const unsignableRoles = (owner: string, { holders, vacant, delegations }: RoleKnowledge): Role[] =>
  ROLES.filter((role) => {
    const delegated = delegations.some((each) => each.role === role && each.to !== owner)
    const held = !vacant.includes(role) && holders[role].some((id) => id !== owner)
    return !delegated && !held
  })
