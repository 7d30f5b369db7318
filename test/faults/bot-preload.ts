import Database from 'better-sqlite3'
import { WAITS } from '#config/waits'
import { SCHEDULED_TASKS } from '#startup/schedule'
import '#test/support/quick-schedule'

// Loaded with --import before the bot's own script: short periods, and a disk and a clock that the harness changes by messages.

/** What the harness sends. */
export interface BotMessage {
  isDiskFull?: boolean
  clockAheadMs?: number
}

const FIRST_RETRY_MS = 100
const USE_READING_MS = 500
const LATE_PAGE_MS = 4_000
WAITS.beforeRetry = FIRST_RETRY_MS
WAITS.forDispatchedRun = FIRST_RETRY_MS
WAITS.betweenUseReadings = USE_READING_MS
// Longer than a call that is done late.
WAITS.forLatePage = LATE_PAGE_MS

// Nothing is started until it has compared.
const COMPARE_MS = 500
for (const task of SCHEDULED_TASKS) if (task.name === 'compare-with-log') task.period = COMPARE_MS

// Several bots ask for each task, and one of them does it: their questions must not be all that they do.
const SHARED_MS = 1_000
if (process.env.DATABASE_URL?.startsWith('postgres:'))
  for (const task of SCHEDULED_TASKS) task.period = Math.max(task.period, SHARED_MS)

// A call that hangs is given up sooner, but not before an answer that is late for Slack.
const SHARE_OF_DEADLINE = 0.4
const timeout = AbortSignal.timeout
AbortSignal.timeout = (ms) => timeout.call(AbortSignal, Math.round(ms * SHARE_OF_DEADLINE))
// People ask again and again here, which is not what is tested.
WAITS.betweenCommands = 0
WAITS.betweenExports = 0

const DEFAULT_PAGES = 4_294_967_294
const databases = new Set<Database.Database>()
const pragma = Database.prototype.pragma
Database.prototype.pragma = function (this: Database.Database, ...given: Parameters<typeof pragma>) {
  databases.add(this)
  return pragma.apply(this, given)
}

let aheadMs = 0
const RealDate = Date

/** The machine's clock as the harness has set it. */
class MovedDate extends RealDate {
  constructor(...given: [] | [number]) {
    if (given.length === 0) super(RealDate.now() + aheadMs)
    else super(...given)
  }

  static override now(): number {
    return RealDate.now() + aheadMs
  }
}

process.on('message', ({ isDiskFull, clockAheadMs }: BotMessage) => {
  if (clockAheadMs !== undefined) {
    aheadMs = clockAheadMs
    globalThis.Date = MovedDate as DateConstructor
  }
  if (isDiskFull === undefined) return
  for (const database of databases)
    if (database.open) pragma.call(database, `max_page_count = ${isDiskFull ? 1 : DEFAULT_PAGES}`)
})
// A harness that was killed leaves no bots behind.
process.on('disconnect', () => process.exit())
// The channel must not keep a bot alive that has stopped.
process.channel?.unref()
