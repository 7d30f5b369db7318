import { BOT, TEAM } from '#sandbox/demo-users'
import type { Dict } from './json.ts'
import type { Conversation, User, View } from './model.ts'

const TEAM_DOMAIN = TEAM.name.toLowerCase()
/** Deprecated, but still in every payload. */
const VERIFICATION_TOKEN = 'sandbox-verification-token'

/** Fields that all interactions share: user, team, app. */
export function interactionBase(user: User): Dict {
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: TEAM.id },
    api_app_id: BOT.appId,
    token: VERIFICATION_TOKEN,
    team: { id: TEAM.id, domain: TEAM_DOMAIN },
    enterprise: null,
    is_enterprise_install: false,
  }
}

export const channelName = (conversation: Conversation): string =>
  conversation.kind === 'im' ? 'directmessage' : conversation.name

export function commandPayload(parts: {
  user: User
  conversation: Conversation
  command: string
  text: string
  triggerId: string
  responseUrl: string
}): Dict {
  const { user, conversation } = parts
  return {
    token: VERIFICATION_TOKEN,
    team_id: TEAM.id,
    team_domain: TEAM_DOMAIN,
    channel_id: conversation.id,
    channel_name: channelName(conversation),
    user_id: user.id,
    user_name: user.name,
    command: parts.command,
    text: parts.text,
    api_app_id: BOT.appId,
    is_enterprise_install: 'false',
    response_url: parts.responseUrl,
    trigger_id: parts.triggerId,
  }
}

/** An Events API envelope's payload. @param seconds Unix time of the event */
export function eventPayload(event: Dict, eventId: string, seconds: number): Dict {
  return {
    token: VERIFICATION_TOKEN,
    team_id: TEAM.id,
    api_app_id: BOT.appId,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: seconds,
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM.id,
        user_id: BOT.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  }
}

/** A view in an interaction payload, with the typed values. */
export const viewWith = (view: View, values: Dict): Dict => ({ ...view, state: { values } })
