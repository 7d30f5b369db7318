import { setMessage } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import { loadState } from '#read-models/rotation-state'
import { MESSAGE_TYPES } from '#views/ids'
import { notice } from '#views/notice'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'

/** Posts the completion notice in the channel. */
export const handleNotice: Handler<'notice'> = async (job, context) => {
  const channel = context.channelId
  const ts = await postOnce(context, job, { channel, threadTs: null }, async () => {
    const state = await loadState(context, context.db, job.rotationId)
    if (!state) throw new Error(`no rotation ${job.rotationId}`)
    return { ...notice(state, await findNames(context.db)), eventType: MESSAGE_TYPES.notice }
  })
  const { permalink = null } = await context.slack.chat.getPermalink({ channel, message_ts: ts })
  const row = { rotationId: job.rotationId, kind: 'notice', channel, ts, permalink }
  return { result: { channel, ts }, save: (tx) => setMessage(tx, row, context.clock.now()) }
}
