import { setTimeout as sleep } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import { findHomeViewers } from '#db/queries/home-viewers'
import { setPicture } from '#db/queries/pictures'
import { loadPictures } from '#read-models/pictures'
import type { Handler } from './handler.ts'
import { homeJobs } from './queue.ts'
import { renderPng } from './render-png.ts'

/**
 * Uploads a picture to no channel: the bot alone sees the file until it puts it into a view. Doing it twice leaves a
 * file behind that nobody is shown, so it does not look before it acts again.
 */
export const handlePicture: Handler<'picture'> = async (job, context) => {
  const { name, digest } = job.payload
  const pictures = await loadPictures(context)
  const picture = pictures.find((each) => each.name === name && each.digest === digest)
  // Meanwhile it would show something else, or is there.
  if (!picture || picture.fileId) return {}
  const filename = `${name}-${digest}.png`
  const uploaded = await context.slack.filesUploadV2({
    file: Buffer.from(await renderPng(picture.svg)),
    filename,
    title: picture.title,
    alt_text: picture.alt,
  })
  const fileId = uploaded.files[0]?.files?.[0]?.id
  if (!fileId) throw new Error('Slack did not say which file it took')
  await waitUntilShowable(context.slack, fileId)
  const uploads = picture.uploads + 1
  return {
    result: { fileId },
    save: (tx) => setPicture(tx, { name, digest, fileId, uploads }),
    follow: homeJobs(await findHomeViewers(context.db, Date.now()), `picture:${fileId}`),
  }
}

const LOOKS = 20
const LOOK_AGAIN_MS = 500

/** Slack takes a file at once and looks at it later; until its type is known, blocks with it are refused. */
async function waitUntilShowable(slack: WebClient, file: string): Promise<void> {
  for (let look = 1; look <= LOOKS; look += 1) {
    const { file: seen } = await slack.files.info({ file })
    if (seen?.mimetype) return
    await sleep(LOOK_AGAIN_MS)
  }
  throw new Error('Slack has not processed the picture yet')
}
