import { findEscalation } from '#db/queries/escalations'
import { findJobResult } from '#db/queries/job-results'
import { findNames } from '#db/queries/people'
import type { Escalation } from '#domain/on-call/escalation'
import { findOnCall } from '#integrations/slack/on-call'
import { readCode } from '#integrations/slack/slack-errors'
import { loadState } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import { type EscalationOptions, escalation as render } from '#views/escalation'
import { MESSAGE_TYPES } from '#views/ids'
import type { Handler, JobOf } from './handler.ts'
import { postOnce } from './post-once.ts'
import { escalationEditJob, escalationJob } from './queue.ts'
import { cardOf } from './thread-message.ts'

/** Where the message stands, and who was called in it: that is not asked again for an edit. */
interface Posted {
  channel: string
  ts: string
  called: Called
}

type Called = Pick<EscalationOptions, 'oncall' | 'remarks'>

/** Posts the message that calls on-call into the card's thread, shown in the channel too, or edits it. */
export const handleEscalation: Handler<'escalation'> = async (job, context) => {
  const escalation = await findEscalation(context.db, job.payload.escalation)
  if (!escalation) throw new Error(`no escalation ${job.payload.escalation}`)
  const first = escalationJob(escalation).key
  if (job.key === first) return post(job, escalation, context)
  const posted = await findJobResult(context.db, first)
  // It is being posted, and is drawn again when it is.
  if (!isPosted(posted)) return {}
  const { channel, ts, called } = posted
  try {
    await context.slack.chat.update({ channel, ts, ...(await draw(escalation, called, context)) })
  } catch (error) {
    // Somebody deleted it: the card and the thread's other lines tell the same.
    if (readCode(error) !== 'message_not_found') throw error
  }
  return {}
}

async function post(job: JobOf<'escalation'>, escalation: Escalation, context: Context) {
  const place = await onBehalfOf(escalation, context)
  const called = await whoIsCalled(escalation, context)
  const ts = await postOnce(context, job, place, async () => ({
    ...(await draw(escalation, called, context)),
    eventType: MESSAGE_TYPES.escalation,
    broadcast: escalation.notifies,
  }))
  const result: Posted = { channel: place.channel, ts, called }
  // What happened while it was being posted.
  return { result, follow: [escalationEditJob(escalation, `posted:${ts}`)] }
}

async function onBehalfOf({ rotationId }: Escalation, context: Context) {
  if (rotationId === null) return { channel: context.channelId, threadTs: null }
  const { channel, ts } = await cardOf(context, rotationId)
  return { channel, threadTs: ts }
}

/** Nobody is looked for in a drill that rings nobody. */
async function whoIsCalled({ notifies }: Escalation, context: Context): Promise<Called> {
  if (!notifies) return { oncall: [], remarks: [] }
  const group = context.config.people['on-call']
  const { people, remarks } = await findOnCall(context)
  return { oncall: [...new Set([...(group ? [group] : []), ...people])], remarks }
}

async function draw(escalation: Escalation, called: Called, context: Context) {
  const { rotationId } = escalation
  const state = rotationId === null ? undefined : await loadState(context, context.db, rotationId)
  return render(state ?? null, { ...called, escalation }, await findNames(context.db), context.clock.now())
}

const isPosted = (value: unknown): value is Posted =>
  typeof value === 'object' && value !== null && 'ts' in value && 'channel' in value && 'called' in value
