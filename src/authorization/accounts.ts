import type { WebClient } from '@slack/web-api'
import type { Account } from '#domain/approvers/delegation'
import { NotReadable } from '#domain/tokens/secret'
import { readCode } from '#integrations/slack/slack-errors'
import { censor } from '#redaction/censor'

/** Who is a guest, or deactivated, changes seldom. Milliseconds of a clock that nobody sets. */
const FRESH_MS = 5 * 60_000
/** While Slack does not answer, what was read within a day is as good. */
const USABLE_MS = 24 * 60 * 60_000

/** The accounts of people, as Slack has them. */
export interface Accounts {
  /** The account with this id, as it is now; null when the workspace knows none. @throws NotReadable */
  read(userId: string): Promise<Account | null>
  /** The same, read within the last minutes; while Slack does not answer, within the last day. @throws NotReadable */
  recall(userId: string): Promise<Account | null>
}

/** @param teamId the bot's own workspace */
export function slackAccounts(slack: WebClient, teamId: string): Accounts {
  const known = new Map<string, { at: number; account: Account | null }>()
  const running = new Map<string, Promise<Account | null>>()

  async function read(userId: string): Promise<Account | null> {
    const account = await readAccount(slack, userId, teamId)
    known.set(userId, { at: performance.now(), account })
    return account
  }

  /** Requests at the same time share one call. */
  function readOnce(userId: string): Promise<Account | null> {
    const reading = running.get(userId) ?? read(userId).finally(() => running.delete(userId))
    running.set(userId, reading)
    return reading
  }

  return {
    read,
    async recall(userId) {
      const last = known.get(userId)
      const age = last ? performance.now() - last.at : Number.POSITIVE_INFINITY
      if (last && age < FRESH_MS) return last.account
      try {
        return await readOnce(userId)
      } catch (error) {
        if (last && age < USABLE_MS) return last.account
        throw error
      }
    },
  }
}

async function readAccount(slack: WebClient, userId: string, teamId: string): Promise<Account | null> {
  try {
    const { user } = await slack.users.info({ user: userId })
    if (!user?.id) return null
    const { id, name = user.id, deleted = false, is_bot: isBot = false } = user
    const { is_restricted: isGuest = false, is_ultra_restricted: isOneChannelGuest = false } = user
    return {
      id,
      name: censor(name),
      deactivated: deleted,
      // Slack does not mark Slackbot as a bot.
      isBot: isBot || id === 'USLACKBOT',
      isGuest: isGuest || isOneChannelGuest,
      isOutsider: user.is_stranger === true || !isInTeam(user, teamId),
    }
  } catch (error) {
    if (['user_not_found', 'users_not_found', 'user_not_visible'].includes(readCode(error) ?? '')) return null
    throw new NotReadable('Slack did not say whose account this is', { cause: error })
  }
}

/** In an Enterprise organization an account is in several workspaces. */
const isInTeam = (
  { team_id: own, enterprise_user: member }: { team_id?: string; enterprise_user?: { teams?: string[] } },
  teamId: string,
): boolean => own === undefined || own === teamId || member?.teams?.includes(teamId) === true
