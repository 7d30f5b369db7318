import { type Instant, ROLES, type Role } from '#domain/rotation/rotation'
import type { Account } from './delegation.ts'

/** Under which the roles that nobody can fill are remembered. */
export const VACANT_ROLES_SETTING = 'vacant-roles'

/** Since when every holder of a role is known to be gone. */
export type VacantRoles = Partial<Record<Role, Instant>>

/** The accounts that hold a role by the configuration, directly or by a user group. */
export type RoleHolders = Record<Role, Account[]>

export const vacantRoles = (gone: VacantRoles): { role: Role; since: Instant }[] =>
  ROLES.flatMap((role) => {
    const since = gone[role]
    return since === undefined ? [] : [{ role, since }]
  })

/** Notes the roles whose every holder is gone; one that was known to be keeps its time. */
export function noteVacancies(before: VacantRoles, holders: RoleHolders, now: Instant): VacantRoles {
  const gone = ROLES.filter((role) => holders[role].every((account) => account.gone))
  return Object.fromEntries(gone.map((role) => [role, before[role] ?? now]))
}
