import Database from 'better-sqlite3'
import { WAITS } from '#config/waits'
import '#test/support/quick-schedule'

// Loaded with --import before the bot's own script: short periods, and a disk that the harness can fill by a message.
const FIRST_RETRY_MS = 100
WAITS.beforeRetry = FIRST_RETRY_MS
WAITS.forDispatchedRun = FIRST_RETRY_MS
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

process.on('message', (message) => {
  const isFull = message === 'disk-full'
  for (const database of databases)
    if (database.open) pragma.call(database, `max_page_count = ${isFull ? 1 : DEFAULT_PAGES}`)
})
// The channel must not keep a bot alive that has stopped.
process.channel?.unref()
