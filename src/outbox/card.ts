import { findMessage, type Message, type Posted, setMessage, setShown } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import type { Db } from '#db/schema'
import { sha256 } from '#domain/rotation/evidence'
import { loadState } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import { card } from '#views/card'
import { MESSAGE_TYPES } from '#views/ids'
import { afterEdit } from './edit-again.ts'
import { type Handler, type JobOf, mayHaveHappened } from './handler.ts'
import { hasNoThread, isNotEditable } from './lost-card.ts'
import { type PostingJob, postOnce } from './post-once.ts'
import { cardAgainJob, cardEditJob, cardJob, cardReplacementJob } from './queue/slack-jobs.ts'

const digestOf = (content: ReturnType<typeof card>): string => sha256(JSON.stringify(content))

/** Posts the card, or edits it to show the current state. */
export const handleCard: Handler<'card'> = async (job, context) => {
  const state = await loadState(context, context.db, job.rotationId)
  if (!state) throw new Error(`no rotation ${job.rotationId}`)
  const content = card(state, await findNames(context.db), context.clock.now())
  const { replaces, again } = job.payload
  const message = await findMessage(context.db, job.rotationId, 'card')
  if (replaces !== undefined)
    return message?.ts === replaces ? replaceCard(job, context, content, message) : {}
  const isEdit = job.key !== cardJob(job.rotationId).key
  // The card is being posted and is redrawn afterwards.
  if (!message) return isEdit ? {} : postCard(job, context, content)
  const shown = digestOf(content)
  // An edit that changes nothing is not sent. From the second attempt nobody knows what Slack shows.
  if (!again && !mayHaveHappened(job) && message.shown === shown) return {}
  try {
    await context.slack.chat.update({ channel: message.channel, ts: message.ts, ...content })
    return {
      save: (tx) => setShown(tx, message, shown),
      ...afterEdit(job, (cause) => cardAgainJob(job.rotationId, cause)),
    }
  } catch (error) {
    if (!isNotEditable(error, message, context)) throw error
    return { follow: [cardReplacementJob(job.rotationId, message.ts)] }
  }
}

async function replaceCard(
  job: JobOf<'card'>,
  context: Context,
  content: ReturnType<typeof card>,
  old: Message,
) {
  const outcome = await postCard(job, context, content)
  try {
    await linkFrom(old, outcome.permalink, job, context)
  } catch (error) {
    // A deleted card has no thread to link from.
    if (!hasNoThread(error) && !isNotEditable(error, old, context)) throw error
  }
  return outcome
}

/** Says in the thread of the old card where the new one is. */
async function linkFrom(
  old: Message,
  permalink: string | null,
  job: JobOf<'card'>,
  context: Context,
): Promise<void> {
  const text = `This card can no longer be edited. The rotation continues at ${permalink ?? 'a new card in this channel'}.`
  const place = { channel: old.channel, threadTs: old.ts }
  await postOnce(context, { ...job, key: `${job.key}:moved` }, place, () => ({
    text,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }],
    eventType: MESSAGE_TYPES.moved,
  }))
}

async function postCard(
  job: PostingJob & Pick<JobOf<'card'>, 'rotationId'>,
  context: Context,
  content: ReturnType<typeof card>,
) {
  const channel = context.channelId
  // Of one that an earlier attempt posted, nobody knows what it shows.
  let shown: string | null = null
  const ts = await postOnce(context, job, { channel, threadTs: null }, () => {
    shown = digestOf(content)
    return { ...content, eventType: MESSAGE_TYPES.card }
  })
  const { permalink = null } = await context.slack.chat.getPermalink({ channel, message_ts: ts })
  const row: Posted = { rotationId: job.rotationId, kind: 'card', channel, ts, permalink, shown }
  return {
    result: { channel, ts },
    permalink,
    save: (tx: Db) => setMessage(tx, row, context.clock.now()),
    // Changes that happened while it was being posted.
    follow: [cardEditJob(job.rotationId, `posted:${ts}`)],
  }
}
