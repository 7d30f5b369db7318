import { loadMessageReminders } from '#read-models/message-reminders'
import { openStartModal } from '../slash/start.ts'
import type { ButtonHandler } from './button.ts'

/** `start-due` on a reminder message: opens the start form with the tokens that are still due. */
export const startDue: ButtonHandler = async ({ value: reminder, user, trigger }, context) => {
  const due = async () => {
    const { reminders } = await loadMessageReminders(context, reminder)
    const tokens = reminders.flatMap((each) =>
      each.kind === 'token-due' ? each.tokens.filter((token) => token.rotation === null) : [],
    )
    return tokens.length > 0 ? { reminder, tokens } : null
  }
  await openStartModal(context, { trigger, user, reason: '', due })
}
