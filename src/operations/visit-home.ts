import { setHomeViewer } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { enqueuePictures } from '#operations/enqueue-pictures'
import { refreshAges, SHOWN_FOR_MS } from '#operations/scheduled/observe-tokens'
import { homeJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { transact } from './interaction.ts'

/** Publishes an opened App Home from stored data, and again after the token ages were read. */
export async function visitHome(context: Context, userId: string): Promise<void> {
  const now = Date.now()
  await transact(context, async (tx) => {
    await setHomeViewer(tx, userId, now)
    await insertJobs(tx, [homeJob(userId, `opened:${now}`)], context.clock.now())
  })
  context.outbox.wake()
  if (!(await refreshAges(context, SHOWN_FOR_MS))) await enqueuePictures(context)
}
