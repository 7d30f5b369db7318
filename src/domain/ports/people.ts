import type { Account } from '#domain/approvers/delegation'
import type { Role } from '#domain/rotation/rotation'

/** What a person may do: carry out rotations, answer and carry out incidents, or sign for a role. */
export type Permission = 'operate' | 'respond' | Role

/** The port to the people whom the config lists. */
export interface Roster {
  /** Whether a person is in the config's list, directly or by a user group. An unset list means nobody. */
  may(userId: string, permission: Permission): Promise<boolean>
  /** Everybody in the config's list, directly or by a user group. Throws `permission-unreadable`. */
  holders(permission: Permission): Promise<string[]>
  /** The account with this id; null when the workspace knows none. Throws `NotReadable`. */
  findAccount(userId: string): Promise<Account | null>
}

/** Who may do what: those whom the config lists, and who stands in for them. */
export interface People extends Roster {
  /** Whether a person is in the config's list themselves, not as somebody's delegate. */
  holds(userId: string, permission: Permission): Promise<boolean>
  /** Whose place a person takes in a role now; null when they hold it themselves, or do not have it at all. */
  placeOf(userId: string, role: Role): Promise<string | null>
}
