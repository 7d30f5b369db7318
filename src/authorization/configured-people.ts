import type { WebClient } from '@slack/web-api'
import type { Config } from '#config/config'
import type { Account } from '#domain/approvers/delegation'
import type { People, PeopleList, PeopleLists } from '#domain/ports/people'
import { Refusal } from '#domain/rotation/refusal'
import { NotReadable } from '#domain/tokens/secret'
import { readCode } from '#integrations/slack/slack-errors'

// Slack expects the answer to a form within 3 s, and the form's own work comes after this.
const DEADLINE_MS = 2_000

/** People as the config lists them; the members of user groups are read for each request. */
export function configuredPeople(slack: WebClient, people: Config['people']): People {
  return {
    openLists: () => openLists(slack, people),
    findAccount: (userId) => findAccount(slack, userId),
  }
}

function openLists(slack: WebClient, people: Config['people']): PeopleLists {
  const idsIn = (list: PeopleList): string[] => [people[list] ?? []].flat()
  const readGroup = groupReader(slack)
  const membersOf = (id: string): Promise<string[]> => (isGroup(id) ? readGroup(id) : Promise.resolve([id]))
  return {
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

const isGroup = (id: string): boolean => id.startsWith('S')

/** Reads each user group once, all within one deadline that begins with the first. */
function groupReader(slack: WebClient): (usergroup: string) => Promise<string[]> {
  const groups = new Map<string, Promise<string[]>>()
  let deadline: AbortSignal | null = null
  return (usergroup) => {
    deadline ??= AbortSignal.timeout(DEADLINE_MS)
    const members = groups.get(usergroup) ?? readMembers(slack, usergroup, deadline)
    groups.set(usergroup, members)
    return members
  }
}

/** @throws Refusal `permission-unreadable` when Slack does not answer in time, so that an outage permits nothing */
async function readMembers(slack: WebClient, usergroup: string, deadline: AbortSignal): Promise<string[]> {
  const late = Promise.withResolvers<never>()
  deadline.addEventListener('abort', () => late.reject(deadline.reason), { once: true })
  try {
    deadline.throwIfAborted()
    const { users = [] } = await Promise.race([slack.usergroups.users.list({ usergroup }), late.promise])
    return users
  } catch {
    throw new Refusal('permission-unreadable', {})
  }
}

async function findAccount(slack: WebClient, userId: string): Promise<Account | null> {
  try {
    const { user } = await slack.users.info({ user: userId })
    if (!user?.id) return null
    const { id, name = user.id, deleted = false, is_bot: isBot = false } = user
    // Slack does not mark Slackbot as a bot.
    return { id, name, deactivated: deleted, isBot: isBot || id === 'USLACKBOT' }
  } catch (error) {
    if (['user_not_found', 'users_not_found', 'user_not_visible'].includes(readCode(error) ?? '')) return null
    throw new NotReadable('Slack did not say whose account this is', { cause: error })
  }
}
