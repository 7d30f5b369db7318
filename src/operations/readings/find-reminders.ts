import { findRemindersOf } from '#db/queries/reminders'
import type { Db } from '#db/schema'
import { pendingReminders } from '#domain/reminders/pending-reminders'
import type { Reminder } from '#domain/reminders/reminder'
import type { Rotation } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import { loadReminderState, reminderSettings } from '#read-models/reminder-state'
import type { Context } from '#src/context'

export interface StandingReminders {
  /** What still stands of the reminders in a message. */
  reminders: Reminder[]
  /** The open rotations. */
  rotations: Rotation[]
  /** Days since 1970, in the configured time zone. */
  today: number
}

/** What a message of reminders is about, as it stands now. @param message the key of its job */
export async function findReminders(
  context: Pick<Context, 'clock' | 'config' | 'db'>,
  message: string,
  db: Db = context.db,
): Promise<StandingReminders> {
  const now = context.clock.now()
  const state = await loadReminderState(db, now)
  const claimed = await findRemindersOf(db, message)
  const settings = reminderSettings(context)
  return {
    reminders: pendingReminders(state, now, settings).filter((standing) =>
      claimed.some(({ kind, subject }) => kind === standing.kind && subject === standing.subject),
    ),
    rotations: state.rotations.map((each) => each.rotation),
    today: calendarOf(settings.timeZone).dayNumber(now),
  }
}
