import type { Reminder } from '#domain/reminders/reminder'
import { type Message, section } from './blocks.ts'
import { reminderSummary } from './reminder-summary.ts'
import type { Names } from './state.ts'
import { escapeUntrusted, list } from './text.ts'
import { calendarDay } from './times.ts'
import { who } from './words.ts'

const NAMED = 8

/** Announces in the channel what was snoozed, by whom, until when and why. */
export function snoozeNotice(
  { reminders, by, until, reason }: { reminders: Reminder[]; by: string; until: string; reason: string },
  names: Names,
): Message {
  const lead = `${who(by, names)} snoozed until ${calendarDay(until)}: ${list(reminders.map(reminderSummary), NAMED)}`
  return { text: lead, blocks: [section([lead, `Reason: ${escapeUntrusted(reason, 1500)}`])] }
}
