import { findTakenSecrets } from '#db/queries/rotations'
import { findAges } from '#db/queries/token-ages'
import { overdueAndFree } from '#domain/tokens/token-age'
import { loadMessageReminders } from '#read-models/message-reminders'
import type { Context } from '#src/context'
import { OVERDUE } from '#views/ids'
import { openStartModal } from '../slash/start.ts'
import type { ButtonHandler } from './button.ts'

/** The tokens that are overdue now and in no open rotation. */
async function overdue(context: Context) {
  const ages = await findAges(context.db, context.config.cadence['time-zone'], context.clock.now())
  const taken = await findTakenSecrets(context.db)
  const tokens = overdueAndFree(ages?.tokens ?? [], new Set(taken.keys()))
  return tokens.length > 0 ? { reminder: OVERDUE, tokens } : null
}

/** `start-due` on a reminder message or the App Home: opens the start form with the tokens that are still due. */
export const startDue: ButtonHandler = async ({ value: reminder, user, trigger }, context) => {
  const due = async () => {
    if (reminder === OVERDUE) return overdue(context)
    const { reminders } = await loadMessageReminders(context, reminder)
    const tokens = reminders.flatMap((each) =>
      each.kind === 'token-due' ? each.tokens.filter((token) => token.rotation === null) : [],
    )
    return tokens.length > 0 ? { reminder, tokens } : null
  }
  await openStartModal(context, { trigger, user, reason: '', due })
}
