import { type SlackError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'

const ADVICE: Record<string, string> = {
  not_in_channel: 'the bot is not in the channel; invite it with /invite',
  channel_not_found: 'Slack does not know the channel, or the bot may not see it; invite it with /invite',
  is_archived: 'the channel is archived; name another one in the config',
  invalid_auth: 'Slack does not accept the bot token; set a valid SLACK_BOT_TOKEN',
  token_revoked: 'the bot token was revoked; install the app again',
  account_inactive: 'the bot token belongs to an app that was removed; install it again',
  missing_scope: 'the app lacks a scope; update it from manifest.yml and install it again',
  ratelimited: 'Slack limits the rate; it is tried again',
}

/** A sentence for a failed Slack call, and when to try again if Slack said so (ms). */
export function describeSlackError(error: SlackError): { problem: string; retryAfterMs: number | null } {
  if (error instanceof WebAPIRateLimitedError)
    return { problem: `Slack: ${ADVICE.ratelimited}`, retryAfterMs: error.retryAfter * 1_000 }
  const code = readCode(error)
  return { problem: `Slack: ${(code && ADVICE[code]) ?? error.message}`, retryAfterMs: null }
}

/** Slack's own word for an error, such as `not_in_channel`; null when Slack did not answer. */
export const readCode = (error: unknown): string | null =>
  error instanceof WebAPIPlatformError ? error.data.error : null
