import { schedule } from 'node-cron'
import { advancePromotions } from '#operations/scheduled/advance-promotions'
import { finishRotations } from '#operations/scheduled/finish-rotations'
import { followRuns } from '#operations/scheduled/follow-runs'
import { proveRevocations } from '#operations/scheduled/prove-revocations'
import { refreshIncidents } from '#operations/scheduled/refresh-incidents'
import { runReminderSchedule } from '#operations/scheduled/run-reminder-schedule'
import { watchEscalations } from '#operations/scheduled/watch-escalations'
import { watchPages } from '#operations/scheduled/watch-pages'
import type { Context } from '#src/context'

export interface ScheduledTask {
  name: string
  /** With seconds first. */
  cron: string
  run(context: Context): Promise<void>
}

/** Everything that happens by time. */
export const SCHEDULED_TASKS: ScheduledTask[] = [
  { name: 'watch-escalations', cron: '*/5 * * * * *', run: watchEscalations },
  { name: 'watch-pages', cron: '*/10 * * * * *', run: watchPages },
  { name: 'follow-runs', cron: '*/3 * * * * *', run: followRuns },
  { name: 'advance-promotions', cron: '*/3 * * * * *', run: advancePromotions },
  { name: 'finish-rotations', cron: '*/5 * * * * *', run: finishRotations },
  { name: 'prove-revocations', cron: '30 * * * * *', run: (context) => proveRevocations(context) },
  // So often, because the sandbox's clock is moved by hand and people wait for what comes of it.
  { name: 'run-reminder-schedule', cron: '*/5 * * * * *', run: runReminderSchedule },
  { name: 'refresh-incidents', cron: '0 * * * * *', run: refreshIncidents },
]

/** Starts the schedule. A job whose last tick has not ended skips one. @returns the way to stop it */
export function startSchedule(context: Context): () => Promise<void> {
  const tasks = SCHEDULED_TASKS.map(({ name, cron, run }) =>
    schedule(
      cron,
      async () => {
        try {
          await run(context)
        } catch (error) {
          context.log.error({ error, task: name }, 'a scheduled task failed; its next tick tries again')
        }
      },
      { name, noOverlap: true, logger: cronLogger(context.log) },
    ),
  )
  return async () => {
    await Promise.all(tasks.map((task) => task.destroy()))
  }
}

/** What the scheduler says goes where everything else goes; that a tick was skipped or late is nothing to act on. */
const cronLogger = (log: Context['log']) => ({
  info: (text: string) => log.debug(text),
  warn: (text: string) => log.debug(text),
  error: (problem: string | Error) => log.error(String(problem)),
  debug: () => {},
})
