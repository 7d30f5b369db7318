import type { KnownBlock } from '@slack/types'
import type { ClaimedJob } from '#db/queries/outbox-jobs'
import { rotationLabel } from '#domain/rotation/rotation'
import { findPosted } from '#integrations/slack/find-posted'
import type { Context } from '#src/context'
import { mayHaveHappened, requireHeld } from './handler.ts'

// Tolerance between this machine's clock, which nobody may have set, and Slack's. Only what may have been posted is looked for.
const SKEW_SECONDS = 24 * 60 * 60

/** The earliest Slack time at which an attempt of this job can have posted: in a thread, that of its parent. */
export const postedSince = (job: { createdAt: string }, threadTs: string | null): string =>
  threadTs ?? String(Math.floor(Date.parse(job.createdAt) / 1_000) - SKEW_SECONDS)

/** A message to post for a job, and where. */
export interface PendingMessage {
  channel: string
  /** Parent message, when it goes into a thread. */
  threadTs: string | null
  text: string
  blocks: KnownBlock[]
  /** `event_type` of its metadata; job and rotation are added, so that it can be found again. */
  eventType: string
  /** Whether a message in a thread is also shown in the channel. */
  broadcast?: boolean
}

/** What is needed of the job that posts. */
export type PostingJob = Pick<ClaimedJob, 'id' | 'key' | 'attempts' | 'holder' | 'createdAt' | 'rotationId'>

/**
 * Posts a message for a job, unless an earlier attempt did.
 *
 * @param compose called only if it is posted now
 * @returns Slack's `ts` of the message
 */
export async function postOnce(
  context: Context,
  job: PostingJob,
  place: Pick<PendingMessage, 'channel' | 'threadTs'>,
  compose: () =>
    | Omit<PendingMessage, 'channel' | 'threadTs'>
    | Promise<Omit<PendingMessage, 'channel' | 'threadTs'>>,
): Promise<string> {
  if (mayHaveHappened(job)) {
    const within = { ...place, oldest: postedSince(job, place.threadTs) }
    const found = await findPosted(context.slack, within, {
      jobId: job.key,
      databaseId: context.integrity.databaseId,
    })
    if (found) return found.ts
  }
  const { text, blocks, eventType, broadcast = false } = await compose()
  const message = {
    channel: place.channel,
    text,
    blocks,
    unfurl_links: false,
    unfurl_media: false,
    metadata: {
      event_type: eventType,
      event_payload: {
        ...(job.rotationId !== null && { rotation_id: rotationLabel(job.rotationId) }),
        job_id: job.key,
        database_id: context.integrity.databaseId,
      },
    },
  }
  const inThread = place.threadTs === null ? message : { ...message, thread_ts: place.threadTs }
  await requireHeld(context, job)
  const posted = await context.slack.chat.postMessage(
    broadcast && 'thread_ts' in inThread ? { ...inThread, reply_broadcast: true } : inThread,
  )
  if (!posted.ts) throw new Error('Slack did not return the posted message')
  return posted.ts
}
