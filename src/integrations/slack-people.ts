import type { WebClient } from '@slack/web-api'
import { Refusal } from '#rotation/refusal'
import type { Config } from '#src/config'
import type { People, Permission } from '#src/context'

/** People as the config lists them; the members of user groups are read each time that it matters. */
export function slackPeople(slack: WebClient, people: Config['people']): People {
  const listed = (): Record<Permission, string[]> => ({
    operate: people.operators,
    respond: [...people.operators, ...(people['on-call'] ? [people['on-call']] : [])],
    'devops-lead': people['devops-lead'],
    'ai-ops-owner': people['ai-ops-owner'],
  })
  const isMember = async (userId: string, usergroup: string): Promise<boolean> => {
    const { users = [] } = await withinDeadline(slack.usergroups.users.list({ usergroup }))
    return users.includes(userId)
  }
  return {
    async may(userId, permission) {
      const ids = listed()[permission]
      if (ids.includes(userId)) return true
      for (const group of ids.filter((id) => id.startsWith('S')))
        if (await isMember(userId, group)) return true
      return false
    },
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
