import { assertMay } from '#authorization/authorize'
import { snoozeReminders } from '#operations/snooze-reminders'
import { INPUTS } from '#views/ids'
import { type FormHandler, hasErrors, inspectTexts } from './form.ts'

export const submitSnooze: FormHandler = async (submission, context) => {
  await assertMay(context, { user: submission.user, action: 'snooze-reminders' })
  const errors = await inspectTexts(submission, [INPUTS.reason], [INPUTS.reason])
  if (hasErrors(errors)) return errors
  await snoozeReminders(context, {
    message: submission.metadata?.reminder ?? '',
    by: submission.user,
    until: submission.day(INPUTS.until),
    reason: submission.text(INPUTS.reason).trim(),
  })
  return null
}
