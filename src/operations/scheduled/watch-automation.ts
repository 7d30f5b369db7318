import { insertJobs } from '#db/queries/outbox-jobs'
import { hasClaim, insertClaim } from '#db/queries/reminders'
import { findSetting, setSetting } from '#db/queries/settings'
import { inTransaction } from '#db/transaction'
import {
  AUTOMATION_SETTING,
  type AutomationProblem,
  updateProblems,
} from '#domain/reminders/automation-problems'
import { calendarOf } from '#domain/time/calendar'
import { latestAt } from '#domain/time/daily'
import { runHealthChecks } from '#operations/run-health-checks'
import { reminderEditsJob } from '#outbox/queue/reminder-jobs'
import type { Context } from '#src/context'

const KIND = 'automation-checked'
const DAY = 86_400_000
/** After a clock is set back nothing repeats, but one wrong date far ahead does not silence a year. */
const CLOCK_BACK_DAYS = 14

/**
 * Runs the health checks once a day, at the hour of reminders, also after downtime; `remind` sends what they find. A new
 * database is checked from the next day on: until then its operators set the bot up, with the doctor.
 */
export async function watchAutomation(context: Context): Promise<void> {
  const { clock, config, db } = context
  const now = clock.now()
  const due = latestAt(calendarOf(config.cadence['time-zone']), now, config.reminders.hour)
  const latest = new Date(Date.parse(now) + CLOCK_BACK_DAYS * DAY).toISOString()
  if (await hasClaim(db, KIND, { from: due, to: latest })) return
  const claim = { kind: KIND, subject: 'all', due, claimedAt: now }
  if (!(await hasClaim(db, KIND))) {
    await insertClaim(db, claim)
    return
  }
  // Claimed with the results, so that a bot that is stopped meanwhile checks again.
  const reports = await runHealthChecks(context, () => {})
  await inTransaction(db, async (tx) => {
    if (!(await insertClaim(tx, claim))) return
    const before = (await findSetting<AutomationProblem[]>(tx, AUTOMATION_SETTING)) ?? []
    await setSetting(tx, AUTOMATION_SETTING, updateProblems(before, reports, due))
    // What is resolved is no longer asked for in the messages of the last days.
    await insertJobs(tx, [reminderEditsJob(`automation:${due}`)], now)
  })
  context.outbox.wake()
}
