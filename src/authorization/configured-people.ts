import type { WebClient } from '@slack/web-api'
import type { Config } from '#config/config'
import type { Account } from '#domain/approvers/delegation'
import type { Permission, Roster } from '#domain/ports/people'
import { Refusal } from '#domain/rotation/refusal'
import { NotReadable } from '#domain/tokens/secret'
import { readCode } from '#integrations/slack/slack-errors'

/** People as the config lists them; the members of user groups are read each time that it matters. */
export function slackPeople(slack: WebClient, people: Config['people']): Roster {
  const listed = (): Record<Permission, string[]> => ({
    operate: people.operators,
    respond: [...people.operators, ...(people['on-call'] ? [people['on-call']] : [])],
    'devops-lead': people['devops-lead'],
    'ai-ops-owner': people['ai-ops-owner'],
  })
  const membersOf = async (usergroup: string): Promise<string[]> => {
    const { users = [] } = await withinDeadline(slack.usergroups.users.list({ usergroup }))
    return users
  }
  return {
    async may(userId, permission) {
      const ids = listed()[permission]
      if (ids.includes(userId)) return true
      for (const group of ids.filter((id) => id.startsWith('S')))
        if ((await membersOf(group)).includes(userId)) return true
      return false
    },
    async holders(permission) {
      const ids = await Promise.all(
        listed()[permission].map((id) => (id.startsWith('S') ? membersOf(id) : Promise.resolve([id]))),
      )
      return [...new Set(ids.flat())]
    },
    findAccount: (userId) => findAccount(slack, userId),
  }
}

async function findAccount(slack: WebClient, userId: string): Promise<Account | null> {
  try {
    const { user } = await slack.users.info({ user: userId })
    if (!user?.id) return null
    const { id, name = user.id, deleted = false, is_bot: isBot = false } = user
    // Slackbot is no bot to Slack.
    return { id, name, deactivated: deleted, isBot: isBot || id === 'USLACKBOT' }
  } catch (error) {
    if (['user_not_found', 'users_not_found', 'user_not_visible'].includes(readCode(error) ?? '')) return null
    throw new NotReadable('Slack did not say whose account this is', { cause: error })
  }
}

// A form must be answered within 3 s, and its own work comes after this.
const DEADLINE_MS = 1_500

/** @throws Refusal `permission-unreadable` when Slack does not answer, or not in time: nobody is let in by that */
async function withinDeadline<T>(call: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Refusal('permission-unreadable', {})), DEADLINE_MS)
  try {
    return await Promise.race([call, late.promise])
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('permission-unreadable', {})
  } finally {
    clearTimeout(timer)
  }
}
