import type { Role } from '#domain/rotation/rotation'

/** Who may do what, by Slack user id: user groups expanded, active accounts only. */
export interface RoleMembers {
  operators: ReadonlySet<string>
  /** They open and own incidents. */
  onCall: ReadonlySet<string>
  roles: Readonly<Record<Role, ReadonlySet<string>>>
}

export interface DeadlockAnalysis {
  signable: string[]
  blocked: string[]
}

/**
 * Finds operators and people on call whose rotation could never be signed: an owner cannot sign, and nobody signs for both
 * roles.
 */
export function findDeadlock({ operators, onCall, roles }: RoleMembers): DeadlockAnalysis {
  const [first, second] = [roles['devops-lead'], roles['ai-ops-owner']]
  const isSignable = (owner: string): boolean => {
    const leads = [...first].filter((id) => id !== owner)
    const owners = [...second].filter((id) => id !== owner)
    return leads.some((lead) => owners.some((other) => other !== lead))
  }
  const everybody = [...new Set([...operators, ...onCall])]
  return {
    signable: everybody.filter(isSignable),
    blocked: everybody.filter((id) => !isSignable(id)),
  }
}
