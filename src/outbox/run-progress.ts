import { findMessage, setMessage } from '#db/queries/messages'
import { findRotation } from '#db/queries/rotations'
import { readCode } from '#integrations/slack/slack-errors'
import { runProgress } from '#views/run-progress'
import type { Handler } from './handler.ts'
import { underCard } from './lost-card.ts'
import { postOnce } from './post-once.ts'

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
  const { channel, ts } = await underCard(context, job.rotationId, async (card) => {
    const place = { channel: card.channel, threadTs: card.ts }
    const posting = () => ({ ...content, eventType: 'rotation_update' })
    return { channel: card.channel, ts: await postOnce(context, job, place, posting) }
  })
  const row = { rotationId: job.rotationId, kind: message, channel, ts, permalink: null }
  return { result: { ts }, save: (tx) => setMessage(tx, row) }
}
