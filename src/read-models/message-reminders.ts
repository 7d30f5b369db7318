import { findRemindersOf } from '#db/queries/reminders'
import type { ReadDb } from '#db/schema'
import { pendingReminders } from '#domain/reminders/pending-reminders'
import type { Reminder } from '#domain/reminders/reminder'
import type { Rotation } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import type { Context } from '#src/context'
import { loadReminderState, reminderSettings } from './reminder-state.ts'

export interface MessageReminders {
  /** The reminders of a message that still apply. */
  reminders: Reminder[]
  /** The open rotations, and closed ones that left old versions alive. */
  rotations: Rotation[]
  /** Days since 1970, in the configured time zone. */
  today: number
}

/** The reminders of a message that still apply, and the rotations that they may be about. @param message the key of its job */
export async function loadMessageReminders(
  context: Pick<Context, 'clock' | 'config' | 'db'>,
  message: string,
  db: ReadDb = context.db,
): Promise<MessageReminders> {
  const now = context.clock.now()
  const state = await loadReminderState(db, now)
  const claimed = await findRemindersOf(db, message)
  const settings = reminderSettings(context)
  return {
    reminders: pendingReminders(state, now, settings).filter((pending) =>
      claimed.some(({ kind, subject }) => kind === pending.kind && subject === pending.subject),
    ),
    rotations: [...state.rotations.map((each) => each.rotation), ...state.closed],
    today: calendarOf(settings.timeZone).dayNumber(now),
  }
}
