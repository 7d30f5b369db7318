import { findJobResult, findNewestOfKind } from '#db/queries/job-results'
import { insertJobs } from '#db/queries/outbox-jobs'
import type { LastNotice, TestNotice } from '#domain/ports/systems'
import { rotationLabel } from '#domain/rotation/rotation'
import { testNoticeJob, testNoticeKey } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'

/**
 * The newest completion notice of any rotation, read back from the channel; null when there is none.
 *
 * @throws NotReadable
 */
export async function readLastNotice(context: Context): Promise<LastNotice | null> {
  const newest = await findNewestOfKind(context.db, 'notice')
  if (!newest) return null
  const rotation = rotationLabel(newest.rotationId)
  const posted = placeIn(newest.result)
  if (!newest.done || !posted)
    return { rotation, waiting: newest.problem ?? 'it is being posted now', seen: null }
  // A notice in another channel, from before a config change, proves nothing about this channel.
  const seen = posted.channel === context.channelId ? await context.notices.readNotice(posted.ts) : null
  return { rotation, waiting: null, seen }
}

/** A deleted test notice is posted again, but only so often: someone may delete them on purpose. */
const MOST_TESTS = 3

/**
 * Posts a test notice, unless one of this rotation is still in the channel, and reads it back.
 *
 * @param ms how long to wait until it is posted
 * @throws NotReadable
 */
export async function proveTestNotice(context: Context, rotationId: number, ms: number): Promise<TestNotice> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await findJobResult(context.db, testNoticeKey(rotationId, attempt))
    const posted = placeIn(before ?? (await post(context, rotationId, attempt, ms)))
    if (!posted) return { posted: false, attempts: attempt, seen: null }
    const seen = await context.notices.readNotice(posted.ts)
    const isLast = before === undefined || attempt === MOST_TESTS
    if (seen || isLast) return { posted: true, attempts: attempt, seen }
  }
}

async function post(context: Context, rotationId: number, attempt: number, ms: number): Promise<unknown> {
  await insertJobs(context.db, [testNoticeJob(rotationId, attempt)], context.clock.now())
  context.outbox.wake()
  return context.outbox.delivered(testNoticeKey(rotationId, attempt), ms)
}

function placeIn(result: unknown): { channel: string; ts: string } | null {
  if (typeof result !== 'object' || result === null || !('channel' in result) || !('ts' in result))
    return null
  const { channel, ts } = result
  return typeof channel === 'string' && typeof ts === 'string' ? { channel, ts } : null
}
