import { findRotationEvents } from '#db/queries/events'
import { findMessage, setMessage } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import { findRotation } from '#db/queries/rotations'
import { readCode } from '#integrations/slack/slack-errors'
import { drawLine, newestLine } from '#views/thread-lines'
import { afterEdit } from './edit-again.ts'
import type { Handler } from './handler.ts'
import { underCard } from './lost-card.ts'
import { postOnce } from './post-once.ts'
import { threadLineJob } from './queue/slack-jobs.ts'

/** Posts a line in the card's thread that is edited as it goes on, or edits it. */
export const handleThreadLine: Handler<'thread-line'> = async (job, context) => {
  const { db, config } = context
  const rotation = await findRotation(db, job.rotationId)
  if (!rotation) throw new Error(`no rotation ${job.rotationId}`)
  const isPromoted = (environment: string) =>
    config.environments.some(({ name, deploy }) => name === environment && deploy === 'after-sign-off')
  const events = await findRotationEvents(db, job.rotationId)
  const line = newestLine(job.payload.subject, events, isPromoted)
  if (!line) return {}
  const kind: `line:${string}` = `line:${line.subject}:${line.events[0]?.count ?? 0}`
  const content = drawLine(line, rotation, await findNames(db))
  const posted = await findMessage(db, job.rotationId, kind)
  if (posted) {
    try {
      await context.slack.chat.update({ channel: posted.channel, ts: posted.ts, ...content })
      return afterEdit(job, (cause) => threadLineJob(job.rotationId, job.payload.subject, cause))
    } catch (error) {
      // The message was deleted: the card and the record have the same facts.
      if (readCode(error) === 'message_not_found') return {}
      throw error
    }
  }
  const { channel, ts } = await underCard(context, job.rotationId, async (card) => {
    const place = { channel: card.channel, threadTs: card.ts }
    const posting = () => ({ ...content, eventType: 'rotation_update' })
    return { channel: card.channel, ts: await postOnce(context, job, place, posting) }
  })
  const row = { rotationId: job.rotationId, kind, channel, ts, permalink: null }
  return { result: { ts }, save: (tx) => setMessage(tx, row, context.clock.now()) }
}
