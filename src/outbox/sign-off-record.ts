import type { Message } from '#db/queries/messages'
import { findPosted } from '#integrations/slack/find-posted'
import type { Context } from '#src/context'
import { type Handler, type JobOf, mayHaveHappened, type Outcome, requireHeld } from './handler.ts'
import { underCard } from './lost-card.ts'
import { postedSince } from './post-once.ts'
import { rotationLead } from './rotation-lead.ts'

/** Uploads the record that is signed to the card's thread: its JSON, and a page for people. The files' names carry its digest. */
export const handleSignOffRecord: Handler<'sign-off-record'> = (job, context) =>
  underCard(context, job.rotationId, (card) => upload(job, context, card))

async function upload(
  job: JobOf<'sign-off-record'>,
  context: Context,
  { channel, ts: threadTs }: Message,
): Promise<Outcome> {
  const { name, digest, json, html } = job.payload
  if (mayHaveHappened(job)) {
    const place = { channel, threadTs, oldest: postedSince(job, threadTs) }
    const found = await findPosted(context.slack, place, { fileName: `${name}.json` })
    if (found) return resultOf(found.files)
  }
  const lead = await rotationLead(context, job.rotationId)
  await requireHeld(context, job)
  const uploaded = await context.slack.filesUploadV2({
    channel_id: channel,
    thread_ts: threadTs,
    initial_comment: `${lead}The record that is signed, digest \`${digest.slice(0, 8)}\`: as JSON, and as a page to read.`,
    file_uploads: [
      { filename: `${name}.json`, title: `${name}.json`, content: json },
      { filename: `${name}.html`, title: `${name}.html`, content: html },
    ],
  })
  return resultOf((uploaded.files[0]?.files ?? []).flatMap((file) => file.permalink ?? []))
}

/** The files' addresses in the order of the upload. */
const resultOf = ([permalink = null, page = null]: (string | null)[]): Outcome => ({
  result: { permalink, page },
})
