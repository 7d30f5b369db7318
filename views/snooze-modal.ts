import type { Datepicker, ModalView } from '@slack/types'
import type { Reminder } from '#domain/reminders/reminder'
import { dayName } from '#domain/time/calendar'
import { input, modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { reminderMetadata } from './metadata.ts'
import { reminderSummary } from './reminder-summary.ts'
import { list, plural } from './text.ts'

export interface SnoozeOptions {
  reminder: string
  reminders: Reminder[]
  /** Days since 1970, in the configured time zone. */
  today: number
  longestDays: number
}

const NAMED = 8

/** Snoozes reminders: until when, and why. */
export function snoozeModal({ reminder, reminders, today, longestDays }: SnoozeOptions): ModalView {
  const until: Datepicker = { type: 'datepicker', initial_date: dayName(today + 1) }
  const blocks = [
    section([
      `*Snooze:* ${list(reminders.map(reminderSummary), NAMED)}.`,
      'Overdue tokens stay overdue and are still escalated. The channel sees who snoozed this, and why.',
    ]),
    input(INPUTS.until, 'Remind again on', until, {
      hint: `At most ${plural(longestDays, 'day')} from today.`,
    }),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'Why can it wait?' }),
  ]
  return modal(FORMS.snooze, 'Snooze', blocks, { submit: 'Snooze', metadata: reminderMetadata(reminder) })
}
