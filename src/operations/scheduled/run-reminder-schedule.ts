import type { Context } from '#src/context'
import { observeHolders } from './observe-holders.ts'
import { observeTokens } from './observe-tokens.ts'
import { openDueRotation } from './open-due-rotation.ts'
import { remind } from './remind.ts'

/**
 * Does what time asks for, in this order: look how old the tokens are (hourly), open a rotation for those that are due
 * where the config says so, remind. After downtime nobody is so reminded of what was rotated meanwhile.
 */
export async function runReminderSchedule(context: Context): Promise<void> {
  await observeTokens(context)
  await observeHolders(context)
  await openDueRotation(context)
  await remind(context)
}
