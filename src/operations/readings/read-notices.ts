import { findJobResult, findNewestOfKind } from '#db/queries/job-results'
import { insertJobs } from '#db/queries/outbox-jobs'
import type { LastNotice, TestNotice } from '#domain/ports/systems'
import { rotationLabel } from '#domain/rotation/rotation'
import { testNoticeJob, testNoticeKey } from '#outbox/queue'
import type { Context } from '#src/context'

/**
 * The newest completion notice that any rotation owed, read back from the channel; null when none ever did.
 *
 * @throws NotReadable
 */
export async function readLastNotice(context: Context): Promise<LastNotice | null> {
  const owed = await findNewestOfKind(context.db, 'notice')
  if (!owed) return null
  const rotation = rotationLabel(owed.rotationId)
  const posted = placeIn(owed.result)
  if (!owed.done || !posted)
    return { rotation, waiting: owed.problem ?? 'it is being posted now', seen: null }
  // One in another channel, from before the config was changed, shows nothing of this one.
  const seen = posted.channel === context.channelId ? await context.notices.readNotice(posted.ts) : null
  return { rotation, waiting: null, seen }
}

/** Somebody who tidies up may take a test notice away; one who takes them all away means it. */
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
