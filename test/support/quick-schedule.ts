import { SCHEDULED_TASKS } from '#startup/schedule'
import { quickTasks } from './quick-tasks.ts'

// Loaded with --import before the bot's own script: the same bot, with short periods.
SCHEDULED_TASKS.splice(0, SCHEDULED_TASKS.length, ...quickTasks())
