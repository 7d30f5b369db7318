import { SlackError } from '@slack/web-api'
import { NotReadable } from '#domain/tokens/secret'
import type { Context } from '#src/context'
import { describeSlackError, readCode } from './slack-errors.ts'

/** Who is on call, by Slack id. */
export interface OnCall {
  /** First on call in the pager, matched by e-mail address. */
  people: string[]
  /** The configured group's members, used when the pager has nobody. */
  members: string[]
  /** Problems of the list for people to know, one sentence each. */
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
    if (responders?.length === 0) remarks.push('PagerDuty has nobody on call now.')
    const ids: string[] = []
    for (const { name, email } of responders ?? []) {
      const id = email === null ? null : await slackIdOf(slack, email)
      if (id) ids.push(id)
      else remarks.push(`PagerDuty has ${name} on call, but Slack has no account with that e-mail address.`)
    }
    return ids
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    remarks.push(`The people on call could not be read: ${error.message}.`)
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
    if (users.length === 0) remarks.push('The on-call user group has no members.')
    return users
  } catch (error) {
    if (!(error instanceof SlackError)) throw error
    remarks.push(
      `The members of the on-call user group could not be read: ${describeSlackError(error).problem}.`,
    )
    return []
  }
}
