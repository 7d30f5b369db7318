import { findSeenTokens } from '#db/queries/reminders'
import { overdueGroups } from '#domain/tokens/due-day'
import type { Context } from '#src/context'
import { overdueReason } from '#views/overdue-reason'

/**
 * The tokens that are overdue beyond what the config allows, by due date: each group is one occurrence of the cause
 * `tokens-overdue`, and ends when its tokens are rotated.
 */
export async function findOverdue({
  clock,
  config,
  db,
}: Pick<Context, 'clock' | 'config' | 'db'>): Promise<{ occurrence: string; reason: string }[]> {
  const { cadence } = config
  const tokens = await findSeenTokens(db)
  const groups = overdueGroups(tokens, clock.now(), cadence['escalate-after-days'], cadence['time-zone'])
  return groups.map((group) => ({ occurrence: `due:${group.day}`, reason: overdueReason(group) }))
}
