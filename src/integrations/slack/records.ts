import type { WebClient } from '@slack/web-api'
import { memoize } from '#domain/memoize'
import type { ClockReading, SlackAccount, SlackRecords } from '#domain/ports/diagnostics'
import { NotReadable } from '#domain/tokens/secret'
import { readCode, toNotReadable } from './slack-errors.ts'
import { type Screen, validateScreens } from './validate-screens.ts'

const TIMEOUT_MS = 5_000
const SLACK_API = 'https://slack.com/api/'

export interface SlackRecordsOptions {
  appToken: string
  /** Base URL of the Web API; undefined for Slack's own. */
  apiUrl: string | undefined
  readChannel: SlackRecords['readChannel']
  /** Every view that the bot shows. */
  screens: () => Screen[]
}

/** Slack's view of the app and of people. Accounts are cached, so create one per run. */
export function slackRecords(
  slack: WebClient,
  { appToken, apiUrl = SLACK_API, readChannel, screens }: SlackRecordsOptions,
): SlackRecords {
  const readGroups = memoize(() =>
    fromSlack('The user groups', () =>
      slack.usergroups.list({ include_disabled: true, include_users: true }),
    ),
  )
  const accounts = new Map<string, Promise<SlackAccount | null>>()
  return {
    async readScopes() {
      const { response_metadata } = await fromSlack('The scopes of the bot token', () => slack.auth.test())
      const { scopes } = response_metadata ?? {}
      if (!scopes) throw new NotReadable('Slack did not say which scopes the bot token has')
      return scopes
    },

    // The returned address is not used, and expires.
    async findConnectionObstacle() {
      try {
        await slack.apps.connections.open({ token: appToken })
        return null
      } catch (error) {
        const code = readCode(error)
        if (code) return `Slack refuses a connection for SLACK_APP_TOKEN (${code})`
        throw toNotReadable('Slack’s connections', error)
      }
    },

    readChannel,

    readAccount(user) {
      const known = accounts.get(user) ?? readAccount(slack, user)
      accounts.set(user, known)
      return known
    },

    async readGroup(id) {
      const { usergroups = [] } = await readGroups()
      const found = usergroups.find((group) => group.id === id)
      if (!found) return null
      return { handle: found.handle ?? id, active: !found.date_delete, members: found.users ?? [] }
    },

    validateScreens: () => validateScreens(slack, screens()),

    readClock: () => readDate(new URL('api.test', apiUrl)),
  }
}

const UNKNOWN = ['user_not_found', 'user_not_visible']

async function readAccount(slack: WebClient, id: string): Promise<SlackAccount | null> {
  try {
    const { user } = await slack.users.info({ user: id })
    if (!user) return null
    const {
      name = id,
      deleted = false,
      is_bot = false,
      is_restricted,
      is_ultra_restricted,
      is_stranger,
    } = user
    const guest = [is_restricted, is_ultra_restricted, is_stranger].includes(true)
    return { name, active: !deleted, bot: is_bot, guest }
  } catch (error) {
    if (UNKNOWN.includes(readCode(error) ?? '')) return null
    throw toNotReadable(`The account ${id}`, error)
  }
}

async function fromSlack<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw toNotReadable(what, error)
  }
}

/** The `date` header of Slack's answer; `api.test` needs no token. */
async function readDate(url: URL): Promise<ClockReading> {
  const asked = Date.now()
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
    throw new NotReadable('Slack’s clock could not be read: Slack cannot be reached', { cause: error })
  })
  const local = (asked + Date.now()) / 2
  await answer.body?.cancel()
  const remote = Date.parse(answer.headers.get('date') ?? '')
  if (Number.isNaN(remote)) throw new NotReadable('Slack’s clock could not be read: its answer has no date')
  return { remote, local }
}
