import { type Instant, ROLES, type Role } from '#domain/rotation/rotation'
import type { Account } from './delegation.ts'

export const VACANT_ROLES_SETTING = 'vacant-roles'

/** Since when all holders of a role are known to be deactivated. */
export type VacantRoles = Partial<Record<Role, Instant>>

export type RoleHolders = Record<Role, Account[]>

export const vacantRoles = (vacant: VacantRoles): { role: Role; since: Instant }[] =>
  ROLES.flatMap((role) => {
    const since = vacant[role]
    return since === undefined ? [] : [{ role, since }]
  })

export function updateVacancies(before: VacantRoles, holders: RoleHolders, now: Instant): VacantRoles {
  const vacant = ROLES.filter((role) => holders[role].every((account) => account.deactivated))
  return Object.fromEntries(vacant.map((role) => [role, before[role] ?? now]))
}
