import { findOpenEscalations, setPage } from '#db/queries/escalations'
import { insertJobs } from '#db/queries/outbox-jobs'
import { inTransaction } from '#db/transaction'
import { type Escalation, isAutomatic } from '#domain/on-call/escalation'
import type { PageObservation, Responder } from '#domain/ports/pager'
import { BOT_ACTOR } from '#domain/rotation/events'
import { NotReadable } from '#domain/tokens/secret'
import { acknowledge, standDown } from '#operations/answer-escalation'
import { escalationEditJob } from '#outbox/queue/on-call-jobs'
import { cardEditJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'

/** Applies what people do in the pager: acknowledging and resolving pages. */
export async function watchPages(context: Context): Promise<void> {
  const { pagerDirectory: directory, db } = context
  if (!directory) return
  const paged = (await findOpenEscalations(db)).filter((each) => each.pageState !== null)
  for (const escalation of paged) {
    try {
      const seen = await directory.findPage(escalation.pageKey)
      if (seen) await applyPage(context, escalation, seen)
    } catch (error) {
      context.log.warn(
        { error, escalation: escalation.id },
        'a page could not be read; the next tick tries again',
      )
      // After the pager failed once, the other pages are not read in this tick.
      if (error instanceof NotReadable) return
    }
  }
}

async function applyPage(context: Context, escalation: Escalation, seen: PageObservation): Promise<void> {
  if (seen.state !== escalation.pageState || seen.url !== escalation.pageUrl)
    await savePageState(context, escalation, seen)
  if (seen.state === 'acknowledged' && !escalation.acknowledgedAt)
    await acknowledge(context, escalation.id, {
      by: await slackIdOf(context, seen.acknowledgedBy),
      via: 'pager',
    })
  // A cause that the bot can check stays open until it no longer applies, even if the page was resolved.
  if (seen.state === 'resolved' && !isAutomatic(escalation.cause))
    await standDown(context, escalation.id, { by: BOT_ACTOR, reason: 'resolved in PagerDuty' })
}

async function savePageState(context: Context, escalation: Escalation, seen: PageObservation): Promise<void> {
  const at = context.clock.now()
  await inTransaction(context.db, async (tx) => {
    await setPage(tx, escalation.id, seen)
    const cause = `page:${escalation.id}:${seen.state}:${at}`
    const edits = [escalationEditJob(escalation, cause)]
    if (escalation.rotationId !== null) edits.push(cardEditJob(escalation.rotationId, cause))
    await insertJobs(tx, edits, at)
  })
  context.outbox.wake()
}

/** Finds the Slack user by e-mail address, never by name; otherwise returns the pager's name. */
async function slackIdOf({ slack }: Context, responder: Responder | null): Promise<string> {
  if (!responder?.email) return responder?.name ?? 'somebody in PagerDuty'
  try {
    const { user } = await slack.users.lookupByEmail({ email: responder.email })
    return user?.id ?? responder.name
  } catch {
    return responder.name
  }
}
