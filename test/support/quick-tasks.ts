import { WAITS, type Waits } from '#config/waits'
import { SCHEDULED_TASKS, type ScheduledTask } from '#startup/schedule'

const QUICK_MS = 200
const OFTEN_MS = 10_000

/** The schedule with the tasks that people wait for so quick that a test can wait for them. */
export const quickTasks = (): ScheduledTask[] =>
  SCHEDULED_TASKS.map((task) => (task.period <= OFTEN_MS ? { ...task, period: QUICK_MS } : task))

export const QUICK_WAITS: Waits = {
  beforeRetry: QUICK_MS,
  forDispatchedRun: QUICK_MS,
  forLatePage: 1_000,
  forConnection: 3_000,
  betweenCounts: WAITS.betweenCounts,
  betweenPolls: { first: 0, most: 0 },
  betweenUseReadings: WAITS.betweenUseReadings,
  betweenCommands: 0,
  betweenExports: 0,
  forReading: 3_000,
  forFiles: 1_500,
}
