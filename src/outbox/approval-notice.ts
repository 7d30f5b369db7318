import { findMessage, setMessage } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import { loadState } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import { approvalNotice } from '#views/approval-notice'
import type { Message } from '#views/blocks'
import { MESSAGE_TYPES } from '#views/ids'
import { afterEdit } from './edit-again.ts'
import { editPosted } from './edit-posted.ts'
import type { Handler } from './handler.ts'
import { postOnce } from './post-once.ts'
import { approvalNoticeEditJob } from './queue/slack-jobs.ts'

/** Tells the channel that both roles have signed and what is still to be done, or edits that when it was done. */
export const handleApprovalNotice: Handler<'approval-notice'> = async (job, context) => {
  const { db, clock, channelId: channel } = context
  if (job.payload.edit) {
    const posted = await findMessage(db, job.rotationId, 'approval')
    if (!posted) return {}
    await editPosted(context, posted, await draw(context, job.rotationId))
    return afterEdit(job, (cause) => approvalNoticeEditJob(job.rotationId, cause))
  }
  const ts = await postOnce(context, job, { channel, threadTs: null }, async () => ({
    ...(await draw(context, job.rotationId)),
    eventType: MESSAGE_TYPES.approvalNotice,
  }))
  const row = { rotationId: job.rotationId, kind: 'approval', channel, ts, permalink: null }
  const newest = await findMessage(db, job.rotationId, 'approval')
  return {
    result: { channel, ts },
    ...(newest?.ts !== ts && { save: (tx) => setMessage(tx, row, clock.now()) }),
  }
}

async function draw(context: Context, rotationId: number): Promise<Message> {
  const state = await loadState(context, context.db, rotationId)
  if (!state) throw new Error(`no rotation ${rotationId}`)
  return approvalNotice(state, await findNames(context.db), context.clock.now())
}
