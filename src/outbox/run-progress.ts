import { findMessage, setMessage } from '#db/queries/messages'
import { findRotation } from '#db/queries/rotations'
import { readCode } from '#integrations/slack/slack-errors'
import { runProgress } from '#views/run-progress'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'
import { cardOf } from './thread-message.ts'

/** Posts a run's progress in the card's thread, or edits that message. */
export const handleRunProgress: Handler<'run-progress'> = async (job, context) => {
  const { run: kind, attempt } = job.payload
  const rotation = await findRotation(context.db, job.rotationId)
  const run = rotation?.runs.find((each) => each.kind === kind && each.attempt === attempt)
  if (!rotation || !run) throw new Error(`no ${kind} run ${attempt} in rotation ${job.rotationId}`)
  const message = `progress:${kind}:${attempt}` as const
  const content = runProgress(rotation, run)
  const posted = await findMessage(context.db, job.rotationId, message)
  if (posted) {
    try {
      await context.slack.chat.update({ channel: posted.channel, ts: posted.ts, ...content })
      return {}
    } catch (error) {
      // The message was deleted: the other lines in the thread show the same.
      if (readCode(error) === 'message_not_found') return {}
      throw error
    }
  }
  const { channel, ts: threadTs } = await cardOf(context, job.rotationId)
  const ts = await postOnce(context, job, { channel, threadTs }, () => ({
    ...content,
    eventType: 'rotation_update',
  }))
  const row = { rotationId: job.rotationId, kind: message, channel, ts, permalink: null }
  return { result: { ts }, save: (tx) => setMessage(tx, row) }
}
