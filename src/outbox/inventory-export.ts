import type { Message } from '#db/queries/messages'
import { findPosted } from '#integrations/slack/find-posted'
import type { Context } from '#src/context'
import { plural } from '#views/text'
import { type Handler, type JobOf, mayHaveHappened, type Outcome, requireHeld } from './handler.ts'
import { underCard } from './lost-card.ts'
import { postedSince } from './post-once.ts'
import { rotationLead } from './rotation-lead.ts'

/** Uploads the token list as CSV to the card's thread. The file's name carries the list's digest. */
export const handleInventoryExport: Handler<'inventory-export'> = (job, context) =>
  underCard(context, job.rotationId, (card) => upload(job, context, card))

async function upload(
  job: JobOf<'inventory-export'>,
  context: Context,
  { channel, ts: threadTs }: Message,
): Promise<Outcome> {
  const { filename, csv, tokens } = job.payload
  if (mayHaveHappened(job)) {
    const place = { channel, threadTs, oldest: postedSince(job, threadTs) }
    const found = await findPosted(context.slack, place, { fileName: filename })
    if (found) return { result: { permalink: found.files[0] ?? null } }
  }
  const lead = await rotationLead(context, job.rotationId)
  await requireHeld(context, job)
  const uploaded = await context.slack.filesUploadV2({
    channel_id: channel,
    thread_ts: threadTs,
    filename,
    title: filename,
    content: csv,
    initial_comment: `${lead}Token list exported: ${plural(tokens, 'token')}.`,
  })
  const permalink = uploaded.files[0]?.files?.[0]?.permalink ?? null
  return { result: { permalink } }
}
