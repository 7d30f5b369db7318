import { findRotationEvents } from '#db/queries/events'
import { findMessage, setMessage } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import { findRotation } from '#db/queries/rotations'
import { readCode } from '#integrations/slack/slack-errors'
import { drawLine, newestLine } from '#views/thread-lines'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'
import { cardOf } from './thread-message.ts'

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
      return {}
    } catch (error) {
      // The message was deleted: the card and the record have the same facts.
      if (readCode(error) === 'message_not_found') return {}
      throw error
    }
  }
  const { channel, ts: threadTs } = await cardOf(context, job.rotationId)
  const ts = await postOnce(context, job, { channel, threadTs }, () => ({
    ...content,
    eventType: 'rotation_update',
  }))
  const row = { rotationId: job.rotationId, kind, channel, ts, permalink: null }
  return { result: { ts }, save: (tx) => setMessage(tx, row) }
}
