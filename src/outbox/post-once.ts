import type { KnownBlock } from '@slack/types'
import { rotationLabel } from '#domain/rotation/rotation'
import { findPosted } from '#integrations/slack/find-posted'
import type { Context } from '#src/context'
import { mayHaveHappened } from './handler.ts'

// The machine's clock and Slack's differ.
const SKEW_SECONDS = 10 * 60

/** From which Slack time on an earlier attempt of a job can have posted something. */
export const postedSince = (job: { createdAt: string }): string =>
  String(Math.floor(Date.parse(job.createdAt) / 1_000) - SKEW_SECONDS)

/** A message that a job owes, and where it belongs. */
export interface PendingMessage {
  channel: string
  /** Parent message, when it goes into a thread. */
  threadTs: string | null
  text: string
  blocks: KnownBlock[]
  /** `event_type` of its metadata; the job and the rotation are added, so that it is found again. */
  eventType: string
  /** Whether a message in a thread is shown in the channel, too. */
  broadcast?: boolean
}

/**
 * Posts a message for a job, unless an earlier attempt did.
 *
 * @param compose called only when it is posted now
 * @returns Slack's time of the message
 */
export async function postOnce(
  context: Context,
  job: { key: string; attempts: number; createdAt: string; rotationId: number | null },
  place: Pick<PendingMessage, 'channel' | 'threadTs'>,
  compose: () =>
    | Omit<PendingMessage, 'channel' | 'threadTs'>
    | Promise<Omit<PendingMessage, 'channel' | 'threadTs'>>,
): Promise<string> {
  if (mayHaveHappened(job)) {
    const within = { ...place, oldest: postedSince(job) }
    const found = await findPosted(context.slack, within, { jobId: job.key })
    if (found) return found.ts
  }
  const { text, blocks, eventType, broadcast = false } = await compose()
  const message = {
    channel: place.channel,
    text,
    blocks,
    unfurl_links: false,
    metadata: {
      event_type: eventType,
      event_payload: {
        ...(job.rotationId !== null && { rotation_id: rotationLabel(job.rotationId) }),
        job_id: job.key,
      },
    },
  }
  const inThread = place.threadTs === null ? message : { ...message, thread_ts: place.threadTs }
  const posted = await context.slack.chat.postMessage(
    broadcast && 'thread_ts' in inThread ? { ...inThread, reply_broadcast: true } : inThread,
  )
  if (!posted.ts) throw new Error('Slack did not say which message it posted')
  return posted.ts
}
