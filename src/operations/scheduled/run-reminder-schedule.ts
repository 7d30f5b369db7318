import type { Context } from '#src/context'
import { observeHolders } from './observe-holders.ts'
import { observeTokens } from './observe-tokens.ts'
import { openDueRotation } from './open-due-rotation.ts'
import { remind } from './remind.ts'

/**
 * Runs in this order: read token ages (hourly), open a rotation for due tokens if configured, remind. The order avoids
 * reminders for tokens that were rotated during downtime.
 */
export async function runReminderSchedule(context: Context): Promise<void> {
  await observeTokens(context)
  await observeHolders(context)
  await openDueRotation(context)
  await remind(context)
}
