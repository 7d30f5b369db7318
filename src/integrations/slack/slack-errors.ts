import { SlackError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api'
import type { RateLimit } from '#domain/ports/call-failed'
import { CHANNEL_OBSTACLES } from '#domain/ports/channel-obstacles'
import { NotReadable } from '#domain/tokens/secret'
import { errorText } from '#redaction/error-text'
import { wordsOf } from './error-words.ts'

const ADVICE: Record<string, string> = {
  ...CHANNEL_OBSTACLES,
  invalid_auth: 'Slack does not accept the bot token; set a valid SLACK_BOT_TOKEN',
  token_revoked: 'the bot token was revoked; install the app again',
  account_inactive: 'the bot token belongs to an app that was removed; install it again',
  missing_scope: 'the app lacks a scope; update it from manifest.yml and install it again',
  ratelimited: 'it limits how often the bot may call it',
  expired_trigger_id: 'the answer came too late for Slack; try again',
}

/** Errors that a retry cannot resolve, until a person fixes something. */
const PERMANENT = [
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_arguments',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'missing_scope',
  'restricted_action',
  'metadata_too_large',
]

/** A sentence for a failed Slack call, for how long Slack limits calls if it does, and whether a retry is useless. */
export function describeSlackError(error: SlackError): {
  problem: string
  limit: RateLimit | null
  permanent: boolean
} {
  if (error instanceof WebAPIRateLimitedError)
    return {
      problem: `Slack: ${ADVICE.ratelimited}`,
      limit: { system: 'Slack', ms: error.retryAfter * 1_000 },
      permanent: false,
    }
  const code = readCode(error)
  const problem = `Slack: ${(code && ADVICE[code]) ?? wordError(error)}`
  return { problem, limit: null, permanent: code !== null && PERMANENT.includes(code) }
}

const wordError = (error: SlackError): string =>
  error instanceof WebAPIRequestError ? `it cannot be reached (${wordsOf(error)})` : errorText(error)

/** Whether Slack refused blocks because of a file in them, deleted or not processed yet. */
export const refusesFile = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError &&
  (error.data.response_metadata?.messages ?? []).some((line) => line.includes('slack_file'))

/** Slack's own trouble, as opposed to a request that it refuses. */
const TRANSIENT = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'ratelimited']

/** Whether the same call may succeed later, without a person who changes something. */
export function mayPass(error: unknown): boolean {
  const code = readCode(error)
  return code === null || TRANSIENT.includes(code)
}

/** Slack's error code, such as `not_in_channel`; null when Slack did not answer. */
export const readCode = (error: unknown): string | null =>
  error instanceof WebAPIPlatformError ? errorText(error.data.error) : null

/** `NotReadable` for an error of Slack; any other error unchanged. @param what could not be read */
export function toNotReadable(what: string, error: unknown): unknown {
  if (!(error instanceof SlackError)) return error
  const { problem, limit } = describeSlackError(error)
  return new NotReadable(`${what} could not be read. ${problem}`, { cause: error, limit })
}
