import type { WebClient } from '@slack/web-api'
import type { Config } from '#src/config'
import type { People, Permission } from '#src/context'

/** People as the config lists them; the members of user groups are read each time that it matters. */
export function slackPeople(slack: WebClient, people: Config['people']): People {
  const listed: Record<Permission, string[]> = {
    operate: people.operators,
    'devops-lead': people['devops-lead'],
    'ai-ops-owner': people['ai-ops-owner'],
  }
  const isMember = async (userId: string, usergroup: string): Promise<boolean> => {
    const { users = [] } = await slack.usergroups.users.list({ usergroup })
    return users.includes(userId)
  }
  return {
    async may(userId, permission) {
      const ids = listed[permission]
      if (ids.includes(userId)) return true
      for (const group of ids.filter((id) => id.startsWith('S')))
        if (await isMember(userId, group)) return true
      return false
    },
  }
}
