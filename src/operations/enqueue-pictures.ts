import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { pictureJob } from '#outbox/queue/slack-jobs'
import { loadPictures } from '#read-models/pictures'
import type { Context } from '#src/context'

/** Upload attempts; Slack may accept a picture and never show it. */
const MOST_UPLOADS = 3

/**
 * As `enqueuePictures`, where somebody looks at the App Home: nobody else sees a picture before they ask for it.
 */
export async function enqueueShownPictures(context: Context): Promise<void> {
  if ((await findHomeViewers(context.db, Date.now())).length > 0) await enqueuePictures(context)
}

/** Enqueues the upload of every picture that differs from the uploaded one. Its failure does not undo the change before it. */
export async function enqueuePictures(context: Context): Promise<void> {
  try {
    await enqueueChanged(context)
  } catch (error) {
    context.log.warn({ error }, 'pictures were not drawn again; the next change tries again')
  }
}

async function enqueueChanged(context: Context): Promise<void> {
  const pictures = await loadPictures(context)
  const missing = pictures.filter((picture) => !picture.fileId && picture.uploads < MOST_UPLOADS)
  const jobs = missing.map(({ name, digest, uploads }) => pictureJob(name, digest, uploads))
  await insertJobs(context.db, jobs, context.clock.now())
  context.outbox.wake()
}
