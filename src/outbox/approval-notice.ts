import { findNames } from '#db/queries/people'
import { loadState } from '#read-models/rotation-state'
import { approvalNotice } from '#views/approval-notice'
import { MESSAGE_TYPES } from '#views/ids'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'

/** Tells the channel that both roles have signed, and what is still to be done. */
export const handleApprovalNotice: Handler<'approval-notice'> = async (job, context) => {
  const channel = context.channelId
  const ts = await postOnce(context, job, { channel, threadTs: null }, async () => {
    const state = await loadState(context, context.db, job.rotationId)
    if (!state) throw new Error(`no rotation ${job.rotationId}`)
    return {
      ...approvalNotice(state, await findNames(context.db), context.clock.now()),
      eventType: MESSAGE_TYPES.approvalNotice,
    }
  })
  return { result: { channel, ts } }
}
