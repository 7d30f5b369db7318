import { isHomeViewer, setHomeViewer } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { enqueuePictures } from '#operations/enqueue-pictures'
import { refreshAges, SHOWN_FOR_MS } from '#operations/scheduled/observe-tokens'
import { homeJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { transact } from './interaction.ts'

/** Who opens the App Home again within this time is known to look at it. */
const KNOWN_FOR_MS = 10 * 60_000

/**
 * Shows an opened App Home from stored data, and again after the token ages were read.
 *
 * @param publish shows it at once; where that fails, a job does it
 */
export async function visitHome(
  context: Context,
  userId: string,
  publish: () => Promise<unknown>,
): Promise<void> {
  const now = Date.now()
  if (!(await isHomeViewer(context.db, userId, now - KNOWN_FOR_MS)))
    await transact(context, (tx) => setHomeViewer(tx, userId, now))
  try {
    await publish()
  } catch (error) {
    context.log.info({ error, user: userId }, 'an App Home was not shown at once; a job shows it')
    await transact(context, (tx) => insertJobs(tx, [homeJob(userId, `opened:${now}`)], context.clock.now()))
    context.outbox.wake()
  }
  if (!(await refreshAges(context, SHOWN_FOR_MS))) await enqueuePictures(context)
}
