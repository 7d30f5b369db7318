import { setMessage } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import { rotationLabel } from '#rotation/rotation'
import { loadState } from '#src/load-state'
import { MESSAGE_TYPES } from '#views/ids'
import { notice } from '#views/notice'
import { findPosted } from './find-posted.ts'
import { type Handler, mayHaveHappened } from './handler.ts'
import { postedSince } from './posted-since.ts'

/** Posts the completion notice in the channel. */
export const handleNotice: Handler<'notice'> = async (effect, context) => {
  const channel = context.channelId
  const place = { channel, threadTs: null, oldest: postedSince(effect) }
  let ts = mayHaveHappened(effect)
    ? (await findPosted(context.slack, place, { effectId: effect.key }))?.ts
    : undefined
  if (!ts) {
    const state = await loadState(context, context.db, effect.rotationId)
    if (!state) throw new Error(`no rotation ${effect.rotationId}`)
    const posted = await context.slack.chat.postMessage({
      channel,
      ...notice(state, await findNames(context.db)),
      unfurl_links: false,
      metadata: {
        event_type: MESSAGE_TYPES.notice,
        event_payload: { rotation_id: rotationLabel(effect.rotationId), effect_id: effect.key },
      },
    })
    if (!posted.ts) throw new Error('Slack did not say which message it posted')
    ts = posted.ts
  }
  const { permalink = null } = await context.slack.chat.getPermalink({ channel, message_ts: ts })
  const row = { rotationId: effect.rotationId, kind: 'notice', channel, ts, permalink }
  return { result: { channel, ts }, save: (tx) => setMessage(tx, row) }
}
