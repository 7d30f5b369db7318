import { type ConversationsInfoResponse, SlackError, type WebClient } from '@slack/web-api'
import { isChannelObstacle } from '#domain/ports/channel-obstacles'
import type { NoticeChannel } from '#domain/ports/systems'
import type { CardSeen } from '#domain/rotation/compare-records'
import { describeSlackError, readCode, toNotReadable } from './slack-errors.ts'

/** `event_type` of a card; `views/ids.ts` has it for those who may import views. */
const CARD = 'rotation_card'
const CARD_PAGE = 200

/**
 * The channel for completion notices.
 *
 * @param botId the bot's id in its messages
 */
export function slackNotices(slack: WebClient, channel: string, botId: string): NoticeChannel {
  return {
    async findObstacle() {
      try {
        const info = await slack.conversations.info({ channel })
        return postingObstacle(info.channel ?? {}, info.response_metadata?.scopes ?? null)
      } catch (error) {
        if (error instanceof SlackError && isChannelObstacle(readCode(error)))
          return describeSlackError(error).problem
        throw toNotReadable('The channel', error)
      }
    },

    async readCards() {
      try {
        const page = await slack.conversations.history({
          channel,
          limit: CARD_PAGE,
          include_all_metadata: true,
        })
        return (page.messages ?? []).flatMap(({ bot_id: by, metadata }): CardSeen[] => {
          const payload: Record<string, unknown> = metadata?.event_payload ?? {}
          const number = /^R(\d{1,9})$/.exec(String(payload.rotation_id))?.[1]
          if (by !== botId || metadata?.event_type !== CARD || number === undefined) return []
          const { database_id: databaseId } = payload
          return [
            { rotation: Number(number), databaseId: typeof databaseId === 'string' ? databaseId : null },
          ]
        })
      } catch (error) {
        throw toNotReadable('The cards in the channel', error)
      }
    },

    async readNotice(ts) {
      try {
        const range = { oldest: ts, latest: ts, inclusive: true, limit: 1 }
        const page = await slack.conversations.history({ channel, ...range, include_all_metadata: true })
        const found = page.messages?.find((message) => message.ts === ts)
        // A deleted message with replies leaves a tombstone.
        if (!found || found.subtype === 'tombstone') return null
        const { permalink = null } = await slack.chat.getPermalink({ channel, message_ts: ts })
        const payload: Record<string, unknown> = found.metadata?.event_payload ?? {}
        return {
          byBot: found.bot_id === botId,
          eventType: found.metadata?.event_type ?? null,
          rotation: typeof payload.rotation_id === 'string' ? payload.rotation_id : null,
          url: permalink,
        }
      } catch (error) {
        throw toNotReadable('The notice in the channel', error)
      }
    },
  }
}

type Channel = NonNullable<ConversationsInfoResponse['channel']>

/**
 * Why the bot cannot post, from Slack's description of channel and token.
 *
 * @param scopes of the token, as in Slack's answers; null when absent
 */
export function postingObstacle(channel: Channel, scopes: string[] | null): string | null {
  const name = channel.name ? `#${channel.name}` : 'the channel'
  if (channel.is_archived) return `${name} is archived; unarchive it, or name another channel in the config`
  if (!channel.is_member) return `the bot is not in ${name}; invite it with /invite`
  if (channel.is_read_only || channel.is_thread_only)
    return `${name} does not allow the bot to post; an owner must allow it, or name another channel in the config`
  if (scopes && !scopes.includes('chat:write'))
    return 'the app lacks the scope chat:write; update it from manifest.yml and install it again'
  return null
}
