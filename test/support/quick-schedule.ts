import { WAITS } from '#config/waits'
import { SCHEDULED_TASKS } from '#startup/schedule'
import { QUICK_WAITS, quickTasks } from './quick-tasks.ts'

// Loaded with --import before the bot's own script: the same bot, with short periods.
SCHEDULED_TASKS.splice(0, SCHEDULED_TASKS.length, ...quickTasks())
WAITS.betweenPolls = QUICK_WAITS.betweenPolls
WAITS.forConnection = QUICK_WAITS.forConnection
WAITS.betweenCommands = QUICK_WAITS.betweenCommands
WAITS.betweenExports = QUICK_WAITS.betweenExports
