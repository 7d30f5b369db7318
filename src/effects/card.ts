import { findMessage, type Message, setMessage } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import { rotationLabel } from '#rotation/rotation'
import type { Context } from '#src/context'
import { loadState } from '#src/load-state'
import { readCode } from '#src/slack-errors'
import { card } from '#views/card'
import { MESSAGE_TYPES } from '#views/ids'
import { findPosted } from './find-posted.ts'
import { type EffectOf, type Handler, mayHaveHappened, type Outcome } from './handler.ts'
import { postedSince } from './posted-since.ts'
import { cardEditEffect, cardEffect } from './queue.ts'

/** Posts the card, or edits it to show the rotation as it is now. */
export const handleCard: Handler<'card'> = async (effect, context) => {
  const state = await loadState(context, context.db, effect.rotationId)
  if (!state) throw new Error(`no rotation ${effect.rotationId}`)
  const content = card(state, await findNames(context.db), context.clock.now())
  const message = await findMessage(context.db, effect.rotationId, 'card')
  const isEdit = effect.key !== cardEffect(effect.rotationId).key
  // The card is being posted, and is drawn again when it is.
  if (!message) return isEdit ? {} : postCard(effect, context, content)
  try {
    await context.slack.chat.update({ channel: message.channel, ts: message.ts, ...content })
    return {}
  } catch (error) {
    // Somebody deleted the card: the rotation gets another.
    if (readCode(error) !== 'message_not_found') throw error
    return postCard(effect, context, content)
  }
}

async function postCard(
  effect: EffectOf<'card'>,
  context: Context,
  content: ReturnType<typeof card>,
): Promise<Outcome> {
  const channel = context.channelId
  const place = { channel, threadTs: null, oldest: postedSince(effect) }
  const found = mayHaveHappened(effect)
    ? await findPosted(context.slack, place, { effectId: effect.key })
    : null
  const ts = found?.ts ?? (await post(context, effect, content))
  const { permalink = null } = await context.slack.chat.getPermalink({ channel, message_ts: ts })
  const row: Message = { rotationId: effect.rotationId, kind: 'card', channel, ts, permalink }
  return {
    result: { channel, ts },
    save: (tx) => setMessage(tx, row),
    // What happened while it was being posted.
    follow: [cardEditEffect(effect.rotationId, `posted:${ts}`)],
  }
}

async function post(
  context: Context,
  effect: EffectOf<'card'>,
  content: ReturnType<typeof card>,
): Promise<string> {
  const metadata = {
    event_type: MESSAGE_TYPES.card,
    event_payload: { rotation_id: rotationLabel(effect.rotationId), effect_id: effect.key },
  }
  const posted = await context.slack.chat.postMessage({
    channel: context.channelId,
    ...content,
    metadata,
    unfurl_links: false,
  })
  if (!posted.ts) throw new Error('Slack did not say which message it posted')
  return posted.ts
}
