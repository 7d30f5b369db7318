import { findMessage, type Message, setMessage } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import type { Db } from '#db/schema'
import { loadState } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import { card } from '#views/card'
import { MESSAGE_TYPES } from '#views/ids'
import type { Handler, JobOf } from './handler.ts'
import { hasNoThread, isNotEditable } from './lost-card.ts'
import { postOnce } from './post-once.ts'
import { cardEditJob, cardJob, cardReplacementJob } from './queue/slack-jobs.ts'

/** What each card shows, as far as this process knows: an edit that changes nothing is not sent. */
const shown = new WeakMap<Context, Map<number, string>>()

function cardsOf(context: Context): Map<number, string> {
  const known = shown.get(context) ?? new Map<number, string>()
  shown.set(context, known)
  return known
}

/** Posts the card, or edits it to show the current state. */
export const handleCard: Handler<'card'> = async (job, context) => {
  const state = await loadState(context, context.db, job.rotationId)
  if (!state) throw new Error(`no rotation ${job.rotationId}`)
  const content = card(state, await findNames(context.db), context.clock.now())
  const { replaces } = job.payload
  const message = await findMessage(context.db, job.rotationId, 'card')
  if (replaces !== undefined)
    return message?.ts === replaces ? replaceCard(job, context, content, message) : {}
  const isEdit = job.key !== cardJob(job.rotationId).key
  // The card is being posted and is redrawn afterwards.
  if (!message) return isEdit ? {} : postCard(job, context, content)
  const known = cardsOf(context)
  const text = JSON.stringify(content)
  // From the second attempt nobody knows what Slack shows.
  if (job.attempts === 1 && known.get(job.rotationId) === text) return {}
  known.delete(job.rotationId)
  try {
    await context.slack.chat.update({ channel: message.channel, ts: message.ts, ...content })
    known.set(job.rotationId, text)
    return {}
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
  job: Pick<JobOf<'card'>, 'key' | 'attempts' | 'createdAt' | 'rotationId'>,
  context: Context,
  content: ReturnType<typeof card>,
) {
  const channel = context.channelId
  const ts = await postOnce(context, job, { channel, threadTs: null }, () => ({
    ...content,
    eventType: MESSAGE_TYPES.card,
  }))
  cardsOf(context).set(job.rotationId, JSON.stringify(content))
  const { permalink = null } = await context.slack.chat.getPermalink({ channel, message_ts: ts })
  const row: Message = { rotationId: job.rotationId, kind: 'card', channel, ts, permalink }
  return {
    result: { channel, ts },
    permalink,
    save: (tx: Db) => setMessage(tx, row, context.clock.now()),
    // Changes that happened while it was being posted.
    follow: [cardEditJob(job.rotationId, `posted:${ts}`)],
  }
}
