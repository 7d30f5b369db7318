import { findDelegations } from '#db/queries/delegations'
import type { Db } from '#db/schema'
import type { People, Roster } from '#domain/ports/people'
import { isRole, type Role } from '#domain/rotation/rotation'
import type { Clock } from '#src/context'

/** People as the config lists them, and whoever stands in for one of them now. */
export function delegatedPeople(listed: Roster, db: Db, clock: Clock): People {
  /** Whoever is stood in for must still hold the role themselves. */
  const standsInFor = async (userId: string, role: Role): Promise<string | null> => {
    const delegations = await findDelegations(db, clock.now())
    for (const { from } of delegations.filter((each) => each.role === role && each.to === userId))
      if (await listed.may(from, role)) return from
    return null
  }
  return {
    ...listed,
    async may(userId, permission) {
      if (await listed.may(userId, permission)) return true
      return isRole(permission) && (await standsInFor(userId, permission)) !== null
    },
    async onBehalfOf(userId, role) {
      return (await listed.may(userId, role)) ? null : standsInFor(userId, role)
    },
    holds: (userId, permission) => listed.may(userId, permission),
  }
}
