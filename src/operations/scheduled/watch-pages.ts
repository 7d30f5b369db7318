import { findOpenEscalations, setPage } from '#db/queries/escalations'
import { insertJobs } from '#db/queries/outbox-jobs'
import { type Escalation, isAutomatic } from '#domain/on-call/escalation'
import type { PageObservation, Responder } from '#domain/ports/pager'
import { BOT_ACTOR } from '#domain/rotation/events'
import { NotReadable } from '#domain/tokens/secret'
import { acknowledge, standDown } from '#operations/answer-escalation'
import { cardEditJob, escalationEditJob } from '#outbox/queue'
import type { Context } from '#src/context'

/** Takes over what people do in the pager itself: who has it, and that it is over. */
export async function watchPages(context: Context): Promise<void> {
  const { pagerDirectory: directory, db } = context
  if (!directory) return
  const paged = (await findOpenEscalations(db)).filter((each) => each.pageState !== null)
  for (const escalation of paged) {
    try {
      const seen = await directory.findPage(escalation.pageKey)
      if (seen) await takeOver(context, escalation, seen)
    } catch (error) {
      context.log.warn(
        { error, escalation: escalation.id },
        'a page could not be followed; the next tick looks again',
      )
      // A pager that is away is not asked for each page.
      if (error instanceof NotReadable) return
    }
  }
}

async function takeOver(context: Context, escalation: Escalation, seen: PageObservation): Promise<void> {
  if (seen.state !== escalation.pageState || seen.url !== escalation.pageUrl)
    await keepSeen(context, escalation, seen)
  if (seen.state === 'acknowledged' && !escalation.acknowledgedAt)
    await acknowledge(context, escalation.id, {
      by: await slackIdOf(context, seen.acknowledgedBy),
      via: 'pager',
    })
  // What a machine can see stays open until it is gone, whoever closed its page.
  if (seen.state === 'resolved' && !isAutomatic(escalation.cause))
    await standDown(context, escalation.id, { by: BOT_ACTOR, reason: 'it was resolved in PagerDuty' })
}

async function keepSeen(context: Context, escalation: Escalation, seen: PageObservation): Promise<void> {
  const at = context.clock.now()
  await context.db.transaction().execute(async (tx) => {
    await setPage(tx, escalation.id, seen)
    const cause = `page:${escalation.id}:${seen.state}:${at}`
    const edits = [escalationEditJob(escalation, cause)]
    if (escalation.rotationId !== null) edits.push(cardEditJob(escalation.rotationId, cause))
    await insertJobs(tx, edits, at)
  })
  context.outbox.wake()
}

/** By the e-mail address, never by the name; somebody whom Slack does not know keeps the pager's name. */
async function slackIdOf({ slack }: Context, responder: Responder | null): Promise<string> {
  if (!responder?.email) return responder?.name ?? 'somebody in PagerDuty'
  try {
    const { user } = await slack.users.lookupByEmail({ email: responder.email })
    return user?.id ?? responder.name
  } catch {
    return responder.name
  }
}
