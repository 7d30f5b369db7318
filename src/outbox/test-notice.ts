import { findRotation } from '#db/queries/rotations'
import { MESSAGE_TYPES } from '#views/ids'
import { testNotice } from '#views/test-notice'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'

/** Posts a test notice in the channel. */
export const handleTestNotice: Handler<'test-notice'> = async (job, context) => {
  const channel = context.channelId
  const ts = await postOnce(context, job, { channel, threadTs: null }, async () => {
    const rotation = await findRotation(context.db, job.rotationId)
    if (!rotation) throw new Error(`no rotation ${job.rotationId}`)
    return { ...testNotice(rotation), eventType: MESSAGE_TYPES.testNotice }
  })
  return { result: { channel, ts } }
}
