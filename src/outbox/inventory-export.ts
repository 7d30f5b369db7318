import { findPosted } from '#integrations/slack/find-posted'
import { plural } from '#views/text'
import { type Handler, mayHaveHappened } from './handler.ts'
import { postedSince } from './post-once.ts'
import { rotationName } from './rotation-name.ts'
import { cardOf } from './thread-message.ts'

/** Uploads the token list as CSV to the card's thread. The file's name carries the list's digest. */
export const handleInventoryExport: Handler<'inventory-export'> = async (job, context) => {
  const { filename, csv, tokens } = job.payload
  const { channel, ts: threadTs } = await cardOf(context, job.rotationId)
  if (mayHaveHappened(job)) {
    const place = { channel, threadTs, oldest: postedSince(job) }
    const found = await findPosted(context.slack, place, { fileName: filename })
    if (found) return { result: { permalink: found.files[0] ?? null } }
  }
  const uploaded = await context.slack.filesUploadV2({
    channel_id: channel,
    thread_ts: threadTs,
    filename,
    title: filename,
    content: csv,
    initial_comment: `*${await rotationName(context, job.rotationId)}* Token list exported: ${plural(tokens, 'token')}.`,
  })
  const permalink = uploaded.files[0]?.files?.[0]?.permalink ?? null
  return { result: { permalink } }
}
