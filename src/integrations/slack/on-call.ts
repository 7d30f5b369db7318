import { SlackError } from '@slack/web-api'
import { NotReadable } from '#domain/tokens/secret'
import type { Context } from '#src/context'
import { describeSlackError, readCode } from './slack-errors.ts'

/** Who is on call, as Slack knows them. */
export interface OnCall {
  /** Slack ids of those whom the pager calls first; matched by e-mail address. */
  people: string[]
  /** The members of the group in the config, for when the pager names nobody. */
  members: string[]
  /** What people must know of the list itself, each a sentence; none when all is well. */
  remarks: string[]
}

/** Asks the pager who is on call, where it is configured, and Slack who is in the group of the config. */
export async function findOnCall(context: Context): Promise<OnCall> {
  const remarks: string[] = []
  const people = await fromPager(context, remarks)
  return { people, members: people.length > 0 ? [] : await groupMembers(context, remarks), remarks }
}

async function fromPager({ pagerDirectory, slack }: Context, remarks: string[]): Promise<string[]> {
  try {
    const responders = (await pagerDirectory?.onCall()) ?? null
    if (responders?.length === 0) remarks.push('PagerDuty names nobody who is on call now.')
    const ids: string[] = []
    for (const { name, email } of responders ?? []) {
      const id = email === null ? null : await slackIdOf(slack, email)
      if (id) ids.push(id)
      else remarks.push(`PagerDuty has ${name} on call, whom Slack does not know by e-mail address.`)
    }
    return ids
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    remarks.push(`Who is on call could not be read: ${error.message}.`)
    return []
  }
}

async function slackIdOf(slack: Context['slack'], email: string): Promise<string | null> {
  try {
    const { user } = await slack.users.lookupByEmail({ email })
    return user?.id && !user.deleted ? user.id : null
  } catch (error) {
    if (readCode(error) === 'users_not_found') return null
    if (error instanceof SlackError)
      throw new NotReadable(describeSlackError(error).problem, { cause: error })
    throw error
  }
}

async function groupMembers({ config, slack }: Context, remarks: string[]): Promise<string[]> {
  const onCall = config.people['on-call']
  if (!onCall) return []
  if (!onCall.startsWith('S')) return [onCall]
  try {
    const { users = [] } = await slack.usergroups.users.list({ usergroup: onCall })
    if (users.length === 0) remarks.push('The user group of on-call has no members.')
    return users
  } catch (error) {
    if (!(error instanceof SlackError)) throw error
    remarks.push(
      `Who is in the user group of on-call could not be read: ${describeSlackError(error).problem}.`,
    )
    return []
  }
}
