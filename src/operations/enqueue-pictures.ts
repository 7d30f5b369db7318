import { insertJobs } from '#db/queries/outbox-jobs'
import { pictureJob } from '#outbox/queue'
import { loadPictures } from '#read-models/pictures'
import type { Context } from '#src/context'

/** Slack may take a picture and never show it; then words have to do. */
const MOST_UPLOADS = 3

/** Owes the upload of every picture that would look different from those that Slack has. */
export async function enqueuePictures(context: Context): Promise<void> {
  const pictures = await loadPictures(context)
  const missing = pictures.filter((picture) => !picture.fileId && picture.uploads < MOST_UPLOADS)
  const jobs = missing.map(({ name, digest, uploads }) => pictureJob(name, digest, uploads))
  await insertJobs(context.db, jobs, context.clock.now())
  context.outbox.wake()
}
