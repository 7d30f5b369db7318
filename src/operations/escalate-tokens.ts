import { findEscalations } from '#db/queries/escalations'
import { insertJobs } from '#db/queries/outbox-jobs'
import { inTransaction } from '#db/transaction'
import { isOpenEscalation } from '#domain/on-call/escalation'
import { BOT_ACTOR } from '#domain/rotation/events'
import type { Context } from '#src/context'
import { openEscalation, resolveEscalation } from './escalation-jobs.ts'

/** A group of tokens that are overdue by more than the config allows. */
export interface OverdueTokens {
  /** Unique for the group, and stable for the same tokens and due day. */
  occurrence: string
  /** One sentence: which tokens, since when. */
  reason: string
}

/**
 * Escalates overdue tokens that are in no rotation, once per occurrence across restarts, and resolves escalations whose
 * group is no longer overdue.
 *
 * @param overdue all groups that are overdue now
 */
export async function escalateTokens(context: Context, overdue: OverdueTokens[]): Promise<void> {
  const at = context.clock.now()
  const changed = await inTransaction(context.db, async (tx) => {
    const common = { rotationId: null, cause: 'tokens-overdue', severity: 'P1', notifies: true } as const
    const jobs = []
    for (const each of overdue)
      jobs.push(...(await openEscalation(tx, { ...common, ...each, openedBy: BOT_ACTOR, openedAt: at })))
    const known = (await findEscalations(tx, null)).filter(isOpenEscalation)
    for (const { id, occurrence } of known)
      if (!overdue.some((each) => each.occurrence === occurrence))
        jobs.push(...(await resolveEscalation(tx, { id, reason: 'the tokens are no longer overdue' }, at)))
    await insertJobs(tx, jobs, at)
    return jobs.length > 0
  })
  if (changed) context.outbox.wake()
}
