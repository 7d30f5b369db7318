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
import { afterEdit } from './edit-again.ts'
import type { Handler, JobOf } from './handler.ts'
import { underCard } from './lost-card.ts'
import { postOnce } from './post-once.ts'
import { escalationEditJob, escalationJob } from './queue/on-call-jobs.ts'

/** The posted message, and who it notified; edits do not look that up again. */
interface Posted {
  channel: string
  ts: string
  called: Called
}

type Called = Pick<EscalationOptions, 'oncall' | 'remarks'>

/** Posts the escalation message in the card's thread and the channel, or edits it. */
export const handleEscalation: Handler<'escalation'> = async (job, context) => {
  const escalation = await findEscalation(context.db, job.payload.escalation)
  if (!escalation) throw new Error(`no escalation ${job.payload.escalation}`)
  const first = escalationJob(escalation).key
  if (job.key === first) return post(job, escalation, context)
  const posted = await findJobResult(context.db, first)
  // The message is being posted and is redrawn afterwards.
  if (!isPosted(posted)) return {}
  const { channel, ts, called } = posted
  try {
    await context.slack.chat.update({ channel, ts, ...(await draw(escalation, called, context)) })
  } catch (error) {
    // The message was deleted: the card and the other lines in the thread show the same.
    if (readCode(error) !== 'message_not_found') throw error
    return {}
  }
  return afterEdit(job, (cause) => escalationEditJob(escalation, cause))
}

async function post(job: JobOf<'escalation'>, escalation: Escalation, context: Context) {
  const called = await findCalled(escalation, context)
  const { rotationId } = escalation
  const postAt = async (channel: string, threadTs: string | null): Promise<Posted> => {
    const ts = await postOnce(context, job, { channel, threadTs }, async () => ({
      ...(await draw(escalation, called, context)),
      eventType: MESSAGE_TYPES.escalation,
      broadcast: escalation.notifies,
    }))
    return { channel, ts, called }
  }
  const result = await (rotationId === null
    ? postAt(context.channelId, null)
    : underCard(context, rotationId, ({ channel, ts }) => postAt(channel, ts)))
  // Changes that happened while it was being posted.
  return { result, follow: [escalationEditJob(escalation, `posted:${result.ts}`)] }
}

/** A drill that notifies nobody needs no on-call lookup. */
async function findCalled({ notifies }: Escalation, context: Context): Promise<Called> {
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
