import { setTimeout as sleep } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import { findHomeViewers } from '#db/queries/home-viewers'
import { setPicture } from '#db/queries/pictures'
import { loadPictures } from '#read-models/pictures'
import type { Handler } from './handler.ts'
import { homeJobs } from './queue/slack-jobs.ts'
import { renderPng } from './render-png.ts'

/**
 * Uploads a picture without a channel: only the bot sees the file until a view uses it. A repeat only leaves an unused
 * file behind, so it does not check for an earlier attempt.
 */
export const handlePicture: Handler<'picture'> = async (job, context) => {
  const { name, digest } = job.payload
  const pictures = await loadPictures(context)
  const picture = pictures.find((each) => each.name === name && each.digest === digest)
  // The picture has changed since, or is already uploaded.
  if (!picture || picture.fileId) return {}
  const filename = `${name}-${digest}.png`
  const uploaded = await context.slack.filesUploadV2({
    file: Buffer.from(await renderPng(picture.svg)),
    filename,
    title: picture.title,
    alt_text: picture.alt,
  })
  const fileId = uploaded.files[0]?.files?.[0]?.id
  if (!fileId) throw new Error('Slack did not return the uploaded file')
  await waitUntilShowable(context.slack, fileId)
  const uploads = picture.uploads + 1
  return {
    result: { fileId },
    save: (tx) => setPicture(tx, { name, digest, fileId, uploads }),
    follow: homeJobs(await findHomeViewers(context.db, Date.now()), `picture:${fileId}`),
  }
}

const MOST_POLLS = 20
const POLL_MS = 500

/** Slack processes a file after the upload; until its type is known, blocks with it are refused. */
async function waitUntilShowable(slack: WebClient, file: string): Promise<void> {
  for (let poll = 1; poll <= MOST_POLLS; poll += 1) {
    const { file: seen } = await slack.files.info({ file })
    if (seen?.mimetype) return
    await sleep(POLL_MS)
  }
  throw new Error('Slack has not processed the picture yet')
}
