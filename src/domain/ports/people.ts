import type { Account } from '#domain/approvers/delegation'
import type { Role } from '#domain/rotation/rotation'

/** Carry out rotations, handle incidents, or sign for a role. */
export type Permission = 'operate' | 'respond' | Role

/** The port to the configured people. */
export interface Roster {
  /** Whether a person is configured, directly or by a user group. An empty list means nobody. */
  may(userId: string, permission: Permission): Promise<boolean>
  /** All configured people, user groups expanded. Throws `permission-unreadable`. */
  holders(permission: Permission): Promise<string[]>
  /** Null when Slack knows no such account. Throws `NotReadable`. */
  findAccount(userId: string): Promise<Account | null>
}

/** The configured people and their delegates. */
export interface People extends Roster {
  /** Whether a person is configured themselves, not as a delegate. */
  holds(userId: string, permission: Permission): Promise<boolean>
  /** On whose behalf a person has a role now; null when they hold it themselves, or do not have it. */
  onBehalfOf(userId: string, role: Role): Promise<string | null>
}
