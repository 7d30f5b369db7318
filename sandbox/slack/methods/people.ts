import { BOT, PEOPLE, TEAM, USER_GROUPS } from '#sandbox/demo-users'
import type { Dict } from '../json.ts'
import { botProfile } from '../messages.ts'
import type { User } from '../model.ts'
import { SlackError } from '../slack-error.ts'
import { nowSeconds, type SlackState } from '../state.ts'
import { type Call, flagArg, limitArg, type Method, requiredArg } from './call.ts'
import { nextPage, pageOf } from './page.ts'

function presentUser(user: User, { deleted = false, guest = false, outsider = false } = {}): Dict {
  return {
    id: user.id,
    team_id: outsider ? OTHER_TEAM : TEAM.id,
    name: user.name,
    deleted,
    real_name: user.realName,
    tz: 'Etc/UTC',
    tz_label: 'Coordinated Universal Time',
    tz_offset: 0,
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      display_name_normalized: user.name,
      team: TEAM.id,
      ...(user.email ? { email: user.email } : {}),
      ...(user.botId ? { bot_id: user.botId, api_app_id: BOT.appId } : {}),
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: false,
    // As in Slack, Slackbot is not marked as a bot.
    is_bot: user.botId !== undefined,
    is_app_user: false,
    updated: 0,
  }
}

const DEACTIVATED_USER = PEOPLE[2].id

const DOUBTFUL_USER = PEOPLE[3].id
const OTHER_TEAM = 'T0ELSEWHERE'

/** What is not as usual about an account. */
const flagsOf = ({ world: { faults } }: SlackState, { id }: User) => ({
  deleted: id === DEACTIVATED_USER && faults.on('user-deactivated'),
  guest: id === DOUBTFUL_USER && faults.on('user-guest'),
  outsider: id === DOUBTFUL_USER && faults.on('user-outsider'),
})

function info({ state, args }: Call): Dict {
  const user = state.users.get(requiredArg(args, 'user'))
  if (!user) throw new SlackError('user_not_found')
  return { user: presentUser(user, flagsOf(state, user)) }
}

function list({ state, args }: Call): Dict {
  const { items, next } = pageOf(state.users.all(), args, limitArg(args, 1_000, 1_000))
  return {
    members: items.map((user) => presentUser(user, flagsOf(state, user))),
    cache_ts: nowSeconds(state.world),
    ...nextPage(next),
  }
}

function lookupByEmail({ state, args }: Call): Dict {
  const email = requiredArg(args, 'email').toLowerCase()
  const user = state.users.all().find((each) => each.email === email)
  if (!user) throw new SlackError('users_not_found')
  return { user: presentUser(user) }
}

function listGroups({ args }: Call): Dict {
  const withUsers = flagArg(args, 'include_users')
  return {
    usergroups: USER_GROUPS.map((group) => ({
      id: group.id,
      team_id: TEAM.id,
      is_usergroup: true,
      name: group.name,
      handle: group.handle,
      description: '',
      is_external: false,
      date_create: 0,
      date_update: 0,
      date_delete: 0,
      auto_type: null,
      created_by: group.users[0],
      updated_by: group.users[0],
      prefs: { channels: [], groups: [] },
      ...(flagArg(args, 'include_count') ? { user_count: group.users.length } : {}),
      ...(withUsers ? { users: [...group.users] } : {}),
    })),
  }
}

function listGroupUsers({ args }: Call): Dict {
  const id = requiredArg(args, 'usergroup')
  const group = USER_GROUPS.find((each) => each.id === id)
  if (!group) throw new SlackError('no_such_subteam')
  return { users: [...group.users] }
}

function botInfo({ args }: Call): Dict {
  const id = requiredArg(args, 'bot')
  if (id !== BOT.botId) throw new SlackError('bot_not_found')
  return { bot: { ...botProfile(), user_id: BOT.userId } }
}

export const PEOPLE_METHODS: Record<string, Method> = {
  'users.info': info,
  'users.list': list,
  'users.lookupByEmail': lookupByEmail,
  'usergroups.list': listGroups,
  'usergroups.users.list': listGroupUsers,
  'bots.info': botInfo,
}
