import type { Role } from '#domain/rotation/rotation'

/** Who may do what, by id, with the members of user groups among them; only people who are really there. */
export interface DemoUsers {
  operators: ReadonlySet<string>
  roles: Readonly<Record<Role, ReadonlySet<string>>>
}

export interface DeadlockAnalysis {
  /** Operators whose rotation two others can sign, one for each role. */
  able: string[]
  /** Operators who would be stuck with a rotation of their own. */
  stuck: string[]
}

/**
 * Who can own a rotation that can also be signed: the owner signs nothing, and nobody signs for both roles.
 *
 * An owner may also hold a role, as long as somebody else does, too.
 */
export function findDeadlock({ operators, roles }: DemoUsers): DeadlockAnalysis {
  const [first, second] = [roles['devops-lead'], roles['ai-ops-owner']]
  const isSignable = (owner: string): boolean => {
    const leads = [...first].filter((id) => id !== owner)
    const owners = [...second].filter((id) => id !== owner)
    return leads.some((lead) => owners.some((other) => other !== lead))
  }
  const everybody = [...operators]
  return {
    able: everybody.filter(isSignable),
    stuck: everybody.filter((id) => !isSignable(id)),
  }
}
