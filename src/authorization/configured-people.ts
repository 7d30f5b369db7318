import type { WebClient } from '@slack/web-api'
import type { Config } from '#config/config'
import type { Account } from '#domain/approvers/delegation'
import type { Membership, People, PeopleList, PeopleLists } from '#domain/ports/people'
import { Refusal } from '#domain/rotation/refusal'
import { type Accounts, slackAccounts } from './accounts.ts'

// Slack expects the answer to a form within 3 s, and the form's own work comes after this.
const DEADLINE_MS = 2_000

/**
 * People as the config lists them; the members of user groups are read for each request.
 *
 * @param teamId the bot's own workspace
 */
export function configuredPeople(slack: WebClient, people: PeopleConfig, teamId: string): People {
  const accounts = slackAccounts(slack, teamId)
  return {
    openLists: () => openLists(slack, people, accounts),
    findAccount: accounts.read,
    recallAccount: accounts.recall,
  }
}

type PeopleConfig = Omit<Config['people'], 'readers' | 'github'> &
  Partial<Pick<Config['people'], 'readers' | 'github'>>

function openLists(slack: WebClient, people: PeopleConfig, accounts: Accounts): PeopleLists {
  const idsIn = (list: PeopleList): string[] => [people[list] ?? []].flat()
  const deadline = startsWhenAsked()
  const readGroup = groupReader(slack, deadline)
  const membersOf = (id: string): Promise<string[]> => (isGroup(id) ? readGroup(id) : Promise.resolve([id]))
  return {
    readers: people.readers ?? 'members',
    async membershipOf(userId) {
      return membership(await within(deadline(), () => accounts.recall(userId)))
    },
    names: (list, userId) => idsIn(list).includes(userId),
    async includes(list, userId) {
      if (idsIn(list).includes(userId)) return true
      const groups = idsIn(list).filter(isGroup).map(readGroup)
      void Promise.allSettled(groups)
      for (const members of groups) if ((await members).includes(userId)) return true
      return false
    },
    async members(list) {
      const ids = await Promise.all(idsIn(list).map(membersOf))
      return [...new Set(ids.flat())]
    },
  }
}

/** What somebody is in the bot's workspace; only members are somebody. */
function membership(account: Account | null): Membership {
  if (!account) return 'unknown'
  if (account.deactivated) return 'deactivated'
  if (account.isBot) return 'bot'
  return account.isOutsider ? 'outsider' : account.isGuest ? 'guest' : 'member'
}

/** One deadline for everything that a request asks Slack; it begins with the first question. */
function startsWhenAsked(): () => AbortSignal {
  let deadline: AbortSignal | null = null
  return () => {
    deadline ??= AbortSignal.timeout(DEADLINE_MS)
    return deadline
  }
}

const isGroup = (id: string): boolean => id.startsWith('S')

/** Reads each user group once. */
function groupReader(
  slack: WebClient,
  deadline: () => AbortSignal,
): (usergroup: string) => Promise<string[]> {
  const groups = new Map<string, Promise<string[]>>()
  return (usergroup) => {
    const members = groups.get(usergroup) ?? within(deadline(), () => readMembers(slack, usergroup))
    groups.set(usergroup, members)
    return members
  }
}

const readMembers = async (slack: WebClient, usergroup: string): Promise<string[]> =>
  (await slack.usergroups.users.list({ usergroup })).users ?? []

/** @throws Refusal `permission-unreadable` when Slack does not answer in time, so that an outage permits nothing */
async function within<T>(deadline: AbortSignal, call: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  deadline.addEventListener('abort', () => late.reject(deadline.reason), { once: true })
  try {
    deadline.throwIfAborted()
    return await Promise.race([call(), late.promise])
  } catch {
    throw new Refusal('permission-unreadable', {})
  }
}
