import { SlackError } from '@slack/web-api'
import { CallFailed, type RateLimit } from '#domain/ports/call-failed'
import { isChannelObstacle } from '#domain/ports/channel-obstacles'
import { Undeliverable } from '#domain/ports/pager'
import { describeSlackError, readCode } from '#integrations/slack/slack-errors'
import { errorText, redact } from '#redaction/error-text'
import { NothingDone, Postponed } from './handler.ts'

const UNPOSTABLE_RETRY_MS = 60_000

/** Why an attempt failed, and when the next one may be. */
export interface Failure {
  problem: string
  /** Set where the other system limits calls. */
  limit: RateLimit | null
  /** Whether a retry cannot succeed until a person fixes something. */
  permanent: boolean
  /** Whether what was sent certainly changed nothing, so that it may be sent again. */
  undone: boolean
  /** Before the next attempt, in milliseconds; null for the usual pause. */
  pauseMs: number | null
}

/** Whether Slack refused because the bot cannot post in the channel. */
export const isUnpostable = (error: unknown): boolean => isChannelObstacle(readCode(error))

/** Describes what made a job fail. What a person reads of it is redacted. */
export function describeFailure(error: unknown): Failure {
  const pauseMs = error instanceof Postponed ? error.pauseMs : null
  const failure = { permanent: false, undone: error instanceof NothingDone, pauseMs }
  // The jobs are released as soon as the bot can post again.
  if (isUnpostable(error)) failure.pauseMs = UNPOSTABLE_RETRY_MS
  if (error instanceof SlackError) return describedLimit({ ...failure, ...describeSlackError(error) })
  if (!(error instanceof CallFailed)) return { ...failure, problem: errorText(error), limit: null }
  // Ours, and as long as it has to be.
  const problem = redact(error.message)
  const permanent = error instanceof Undeliverable && error.permanent
  return describedLimit({ ...failure, problem, limit: error.limit, permanent })
}

/** Until when is shown beside it, in the reader's own time. */
const describedLimit = (failure: Failure): Failure =>
  failure.limit ? { ...failure, problem: `${failure.limit.system} limits calls` } : failure
