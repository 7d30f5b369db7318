import { setTimeout as sleep } from 'node:timers/promises'
import { sharesTasks, timeOf } from '#db/dialect'
import { claimTask, insertTask, setTaskDone, setTaskLease } from '#db/queries/scheduled-tasks'
import { advancePromotions } from '#operations/scheduled/advance-promotions'
import { advanceRollbacks } from '#operations/scheduled/advance-rollbacks'
import { compareConfigs } from '#operations/scheduled/compare-configs'
import { compareWithLog } from '#operations/scheduled/compare-with-log'
import { confirmSignOffs } from '#operations/scheduled/confirm-sign-offs'
import { finishRotations } from '#operations/scheduled/finish-rotations'
import { followRuns } from '#operations/scheduled/follow-runs'
import { noteKeyChange } from '#operations/scheduled/note-key-change'
import { proveRevocations } from '#operations/scheduled/prove-revocations'
import { pruneClosed } from '#operations/scheduled/prune-closed'
import { pruneInbox } from '#operations/scheduled/prune-inbox'
import { refreshDeadlines } from '#operations/scheduled/refresh-deadlines'
import { refreshIncidents } from '#operations/scheduled/refresh-incidents'
import { refreshWindows } from '#operations/scheduled/refresh-windows'
import { retireOldVersions } from '#operations/scheduled/retire-old-versions'
import { runReminderSchedule } from '#operations/scheduled/run-reminder-schedule'
import { verifyHistory } from '#operations/scheduled/verify-history'
import { watchAutomation } from '#operations/scheduled/watch-automation'
import { watchChannel } from '#operations/scheduled/watch-channel'
import { watchDeployments } from '#operations/scheduled/watch-deployments'
import { watchEscalations } from '#operations/scheduled/watch-escalations'
import { watchPages } from '#operations/scheduled/watch-pages'
import type { Context } from '#src/context'

export interface ScheduledTask {
  name: string
  /** From the end of one run to the start of the next, in milliseconds. */
  period: number
  /** Whether each process does it, for what it keeps in memory; else one of them does it at a time. */
  everywhere?: true
  run(context: Context): Promise<void>
}

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** All scheduled tasks. */
export const SCHEDULED_TASKS: ScheduledTask[] = [
  { name: 'watch-escalations', period: 5 * SECOND, run: watchEscalations },
  { name: 'watch-pages', period: 10 * SECOND, run: watchPages },
  { name: 'follow-runs', period: 3 * SECOND, run: followRuns },
  { name: 'advance-promotions', period: 3 * SECOND, run: advancePromotions },
  { name: 'watch-channel', period: MINUTE, everywhere: true, run: watchChannel },
  { name: 'watch-deployments', period: MINUTE, run: watchDeployments },
  { name: 'advance-rollbacks', period: 3 * SECOND, run: advanceRollbacks },
  { name: 'finish-rotations', period: 5 * SECOND, run: finishRotations },
  { name: 'confirm-sign-offs', period: 10 * SECOND, run: confirmSignOffs },
  { name: 'retire-old-versions', period: 5 * SECOND, run: retireOldVersions },
  { name: 'prove-revocations', period: MINUTE, run: (context) => proveRevocations(context) },
  // Frequent, because people move the sandbox's clock by hand and wait for the reminders.
  { name: 'run-reminder-schedule', period: 5 * SECOND, run: runReminderSchedule },
  { name: 'watch-automation', period: 5 * SECOND, run: watchAutomation },
  { name: 'refresh-incidents', period: MINUTE, run: refreshIncidents },
  { name: 'refresh-windows', period: 10 * SECOND, run: refreshWindows },
  { name: 'refresh-deadlines', period: MINUTE, run: refreshDeadlines },
  { name: 'compare-with-log', period: MINUTE, everywhere: true, run: compareWithLog },
  { name: 'compare-configs', period: MINUTE, everywhere: true, run: compareConfigs },
  { name: 'note-key-change', period: 10 * SECOND, run: noteKeyChange },
  { name: 'prune-closed', period: MINUTE, run: pruneClosed },
  { name: 'verify-history', period: 10 * MINUTE, everywhere: true, run: verifyHistory },
  { name: 'prune-inbox', period: 60 * MINUTE, run: pruneInbox },
]

/**
 * Starts the tasks. A task's runs never overlap, also not with those of other processes.
 *
 * @param holder of this process's leases
 * @returns stops them, and waits for those that run
 */
export function startSchedule(context: Context, tasks: ScheduledTask[], holder: string): () => Promise<void> {
  const stopping = new AbortController()
  const isShared = ({ everywhere }: ScheduledTask) => sharesTasks(context.db) && !everywhere
  const loops = tasks.map((task) => {
    const turn = isShared(task) ? claimedRun(task, context, holder) : () => task.run(context)
    return repeat(task, turn, context, stopping.signal)
  })
  return async () => {
    stopping.abort()
    await Promise.all(loops)
  }
}

const LEASE_MS = 30_000
const RENEW_MS = 10_000
/** Part of its period after which a task is due again, so that the process that did it does not ask just too early. */
const DUE_AGAIN = 0.9

/** @returns runs a task if it is due and no other process runs it */
function claimedRun(task: ScheduledTask, context: Context, holder: string): () => Promise<void> {
  let isKnown = false
  return async () => {
    if (!isKnown) await insertTask(context.db, task.name)
    isKnown = true
    const lease = { until: timeOf(context.db, LEASE_MS), holder }
    if (await claimTask(context.db, task.name, task.period, lease)) await runClaimed(task, context, holder)
  }
}

async function runClaimed({ name, period, run }: ScheduledTask, context: Context, holder: string) {
  const { db, log } = context
  const renewing = setInterval(
    () =>
      setTaskLease(db, name, { until: timeOf(db, LEASE_MS), holder }).catch((error) =>
        log.error({ error, task: name }, 'lease not renewed'),
      ),
    RENEW_MS,
  )
  try {
    await run(context)
  } finally {
    clearInterval(renewing)
    await setTaskDone(db, name, holder, period * DUE_AGAIN)
  }
}

async function repeat(
  { name, period }: ScheduledTask,
  turn: () => Promise<void>,
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  while (await pause(period, signal)) {
    try {
      await turn()
    } catch (error) {
      context.log.error({ error, task: name }, 'a scheduled task failed; its next run tries again')
    }
  }
}

/** @returns false when it was stopped */
const pause = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(ms, true, { signal }).catch(() => false)
