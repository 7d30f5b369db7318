import { findMessage, setMessage } from '#db/queries/messages'
import { findNames } from '#db/queries/people'
import { loadState } from '#read-models/rotation-state'
import { breakGlassRequest } from '#views/break-glass'
import { afterEdit } from './edit-again.ts'
import { editPosted } from './edit-posted.ts'
import type { Handler } from './handler.ts'
import { underCard } from './lost-card.ts'
import { postOnce } from './post-once.ts'
import { breakGlassEditJob } from './queue/break-glass-jobs.ts'

/** Asks the approvers in the thread and the channel for an acknowledgement, or edits that when nobody can give it any more. */
export const handleBreakGlass: Handler<'break-glass'> = async (job, context) => {
  const { db, clock } = context
  const { rotationId, payload } = job
  const kind = `break-glass:${payload.request.round}` as const
  const draw = async () => {
    const state = await loadState(context, db, rotationId)
    if (!state) throw new Error(`no rotation ${rotationId}`)
    return breakGlassRequest(state, payload.request, await findNames(db))
  }
  if (payload.edit) {
    const posted = await findMessage(db, rotationId, kind)
    if (!posted) return {}
    await editPosted(context, posted, await draw())
    return afterEdit(job, (cause) => breakGlassEditJob(rotationId, payload.request, cause))
  }
  const { channel, ts } = await underCard(context, rotationId, async (card) => {
    const place = { channel: card.channel, threadTs: card.ts }
    const posting = async () => ({ ...(await draw()), eventType: 'rotation_update', broadcast: true })
    return { channel: card.channel, ts: await postOnce(context, job, place, posting) }
  })
  const row = { rotationId, kind, channel, ts, permalink: null }
  return { result: { ts }, save: (tx) => setMessage(tx, row, clock.now()) }
}
