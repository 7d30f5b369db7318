import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames } from '#db/queries/people'
import { insertSnoozes } from '#db/queries/reminders'
import { snooze } from '#domain/reminders/snooze'
import { calendarOf } from '#domain/time/calendar'
import { channelMessageJob } from '#outbox/queue/slack-jobs'
import { loadMessageReminders } from '#read-models/message-reminders'
import type { Context } from '#src/context'
import { MESSAGE_TYPES } from '#views/ids'
import { snoozeNotice } from '#views/snooze-notice'
import { transact } from './interaction.ts'

/**
 * Snoozes the reminders of a message until a day, and announces it in the channel.
 *
 * @throws Refusal `reason-missing`, `not-a-day`, `day-past`, `day-too-far`, `nothing-to-snooze`
 */
export async function snoozeReminders(
  context: Context,
  request: { message: string; by: string; until: string; reason: string },
): Promise<void> {
  const { message, by, reason } = request
  const now = context.clock.now()
  const calendar = calendarOf(context.config.cadence['time-zone'])
  await transact(context, async (tx) => {
    const found = await loadMessageReminders(context, message, tx)
    const longest = context.config.reminders['snooze-days']
    const { until, subjects } = snooze({ ...found, until: request.until, reason, now }, calendar, longest)
    await insertSnoozes(
      tx,
      subjects.map((subject) => ({ ...subject, until, reason, userId: by, at: now })),
    )
    const reminders = found.reminders.filter((each) =>
      subjects.some(({ kind, subject }) => kind === each.kind && subject === each.subject),
    )
    const notice = snoozeNotice({ reminders, by, until: request.until, reason }, await findNames(tx))
    // Slack may deliver a submission twice; the announcement is sent once.
    const job = channelMessageJob(`snooze:${message}:${by}:${request.until}`, {
      ...notice,
      eventType: MESSAGE_TYPES.snooze,
    })
    await insertJobs(tx, [job], now)
  })
  context.outbox.wake()
}
