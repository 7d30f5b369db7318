import type { Account } from '#domain/approvers/delegation'
import type { Role } from '#domain/rotation/rotation'

/** A list of people in the config. */
export type PeopleList = 'operators' | 'on-call' | Role

/** Only a `member` may do anything; the others are guests, of other workspaces, bots, deactivated, or not known. */
export type Membership = 'member' | 'guest' | 'outsider' | 'bot' | 'deactivated' | 'unknown'

/**
 * The lists of the config during one request. Reads each user group at most once, all of them within 2 s. A list that is
 * not set is empty.
 */
export interface PeopleLists {
  /** Who may read: members of the workspace, or also guests and people of other workspaces. */
  readers: 'members' | 'everyone'
  /** What somebody is in the workspace. Throws Refusal `permission-unreadable`. */
  membershipOf(userId: string): Promise<Membership>
  /** Whether a list has the person's own id; reads nothing. */
  names(list: PeopleList, userId: string): boolean
  /** Whether a person is in a list, directly or by a user group. Throws Refusal `permission-unreadable`. */
  includes(list: PeopleList, userId: string): Promise<boolean>
  /** Everybody in a list, directly or by a user group. Throws Refusal `permission-unreadable`. */
  members(list: PeopleList): Promise<string[]>
}

/** The port to the people in the config. */
export interface People {
  /** Opens the lists for one request. Pass them on when a request asks more than one question. */
  openLists(): PeopleLists
  /** The account with this id; null when the workspace knows none. Throws `NotReadable`. */
  findAccount(userId: string): Promise<Account | null>
  /** The same, as it was read within the last minutes. Throws `NotReadable`. */
  recallAccount(userId: string): Promise<Account | null>
}
