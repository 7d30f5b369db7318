import { assertMay } from '#authorization/authorize'
import { snoozable } from '#domain/reminders/snooze'
import { Refusal } from '#domain/rotation/refusal'
import { loadMessageReminders } from '#read-models/message-reminders'
import { snoozeModal } from '#views/snooze-modal'
import { openModal } from '../open-modal.ts'
import type { ButtonHandler } from './button.ts'

/** `snooze` on a reminder message. */
export const openSnooze: ButtonHandler = async ({ value: reminder, user, trigger }, context) => {
  await openModal(context, { trigger, title: 'Snooze' }, async () => {
    await assertMay(context, { user, action: 'snooze-reminders' })
    const found = await loadMessageReminders(context, reminder)
    const reminders = snoozable(found)
    if (reminders.length === 0) throw new Refusal('nothing-to-snooze', {})
    return snoozeModal({
      reminder,
      reminders,
      today: found.today,
      longestDays: context.config.reminders['snooze-days'],
    })
  })
}
