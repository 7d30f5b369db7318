import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findUnresolvedRevocations } from '#db/queries/revocations'
import { isNear, PAGE_BEFORE_HOURS } from '#domain/revocations/deadline-calls'
import { deadlineOf, pendingRevocations } from '#domain/revocations/revocation'
import { cardEditJob, homeJobs } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'

const MINUTE = 60_000

/**
 * Redraws cards and App Homes that show how long old versions still live: every hour, and every ten minutes shortly before a
 * deadline, when the buttons to decide appear.
 */
export async function refreshDeadlines(context: Context): Promise<void> {
  const now = context.clock.now()
  const rows = pendingRevocations(await findUnresolvedRevocations(context.db))
  if (rows.length === 0) return
  const edits = [...Map.groupBy(rows, (row) => row.rotationId)].map(([id, ours]) => {
    const isClose = ours.some((row) => isNear(deadlineOf(row), PAGE_BEFORE_HOURS, now))
    const minutes = isClose ? 10 : 60
    // The same key within this time, so that it is enqueued once.
    const period = Math.floor(Date.parse(now) / (minutes * MINUTE))
    return cardEditJob(id, `deadline:${minutes}:${period}`)
  })
  const cause = `deadline:${Math.floor(Date.parse(now) / (10 * MINUTE))}`
  await insertJobs(
    context.db,
    [...edits, ...homeJobs(await findHomeViewers(context.db, Date.now()), cause)],
    now,
  )
  context.outbox.wake()
}
