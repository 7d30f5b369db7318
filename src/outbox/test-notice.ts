import { findRotation } from '#db/queries/rotations'
import { MESSAGE_TYPES } from '#views/ids'
import { testNotice } from '#views/test-notice'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'

/** Posts a test notice in the channel. */
export const handleTestNotice: Handler<'test-notice'> = async (effect, context) => {
  const channel = context.channelId
  const ts = await postOnce(context, effect, { channel, threadTs: null }, async () => {
    const rotation = await findRotation(context.db, effect.rotationId)
    if (!rotation) throw new Error(`no rotation ${effect.rotationId}`)
    return { ...testNotice(rotation), eventType: MESSAGE_TYPES.testNotice }
  })
  return { result: { channel, ts } }
}
